package io.github.palimpsest.ewc;

import io.github.palimpsest.api.Plugin;
import io.github.palimpsest.tck.PluginKit;

/** Every rule of the specification for every component of this module. */
class EwcKitTest extends PluginKit {
  @Override
  protected Plugin subject() {
    return new EwcPlugin();
  }
}
