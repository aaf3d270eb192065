package com.acme.cka;

import io.github.palimpsest.api.Plugin;
import io.github.palimpsest.tck.PluginKit;

/** Every rule of the specification for everything that this plugin offers. */
class CkaKitTest extends PluginKit {
  @Override
  protected Plugin subject() {
    return new CkaPlugin();
  }
}
