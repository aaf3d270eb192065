package io.github.palimpsest.llm.family;

import io.github.palimpsest.api.Plugin;
import io.github.palimpsest.tck.PluginKit;
import org.junit.jupiter.api.Tag;

/** Every rule of the specification for every family of models. */
@Tag("native")
class FamiliesKitTest extends PluginKit {
  @Override
  protected Plugin subject() {
    return new FamiliesPlugin();
  }
}
