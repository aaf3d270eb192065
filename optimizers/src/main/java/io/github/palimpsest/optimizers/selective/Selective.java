package io.github.palimpsest.optimizers.selective;

import io.github.palimpsest.api.optimizer.OptimizerProvider;
import java.util.List;

/** The family of selective updates. */
public final class Selective {
  private Selective() {}

  /** All optimizers of this family. */
  public static List<OptimizerProvider> providers() {
    return List.of(MoFo.PROVIDER, HalfFineTuning.PROVIDER);
  }
}
