package io.github.palimpsest.optimizers;

import io.github.palimpsest.api.Plugin;
import io.github.palimpsest.tck.PluginKit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Every rule of the specification for every component of this module. */
@Tag("native")
@Execution(ExecutionMode.CONCURRENT)
class OptimizersKitTest extends PluginKit {
  @Override
  protected Plugin subject() {
    return new OptimizersPlugin();
  }
}
