package com.acme.regmean;

import io.github.palimpsest.api.Plugin;
import io.github.palimpsest.tck.PluginKit;

/** Every rule of the specification for everything that this plugin offers. */
class RegMeanKitTest extends PluginKit {
  @Override
  protected Plugin subject() {
    return new RegMeanPlugin();
  }
}
