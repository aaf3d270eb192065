package com.acme.gpm;

import io.github.palimpsest.api.Plugin;
import io.github.palimpsest.tck.PluginKit;

/** Every rule of the specification for everything that this plugin offers. */
class GpmKitTest extends PluginKit {
  @Override
  protected Plugin subject() {
    return new GpmPlugin();
  }
}
