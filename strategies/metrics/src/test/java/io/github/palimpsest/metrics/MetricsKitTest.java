package io.github.palimpsest.metrics;

import io.github.palimpsest.api.Plugin;
import io.github.palimpsest.tck.PluginKit;

/** Every rule of the specification for every component of this module. */
class MetricsKitTest extends PluginKit {
  @Override
  protected Plugin subject() {
    return new MetricsPlugin();
  }
}
