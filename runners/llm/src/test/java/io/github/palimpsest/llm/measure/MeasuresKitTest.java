package io.github.palimpsest.llm.measure;

import io.github.palimpsest.api.Plugin;
import io.github.palimpsest.tck.PluginKit;

/** Every rule of the specification for every measure of this module. */
class MeasuresKitTest extends PluginKit {
  @Override
  protected Plugin subject() {
    return new MeasuresPlugin();
  }
}
