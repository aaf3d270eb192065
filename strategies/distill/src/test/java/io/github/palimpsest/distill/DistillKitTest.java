package io.github.palimpsest.distill;

import io.github.palimpsest.api.Plugin;
import io.github.palimpsest.tck.PluginKit;

/** Every rule of the specification for every component of this module. */
class DistillKitTest extends PluginKit {
  @Override
  protected Plugin subject() {
    return new DistillPlugin();
  }
}
