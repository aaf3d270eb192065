package io.github.palimpsest.llm.format;

import io.github.palimpsest.api.Plugin;
import io.github.palimpsest.tck.PluginKit;

/** Every rule of the specification for each data format that comes with the framework. */
class FormatsKitTest extends PluginKit {
  @Override
  protected Plugin subject() {
    return new FormatsPlugin();
  }
}
