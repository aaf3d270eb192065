package io.github.palimpsest.replay;

import io.github.palimpsest.api.Plugin;
import io.github.palimpsest.tck.PluginKit;
import org.junit.jupiter.api.Tag;

/** Every rule of the specification for every component of this module. */
@Tag("native")
class ReplayKitTest extends PluginKit {
  @Override
  protected Plugin subject() {
    return new ReplayPlugin();
  }
}
