package io.github.palimpsest.optimizers.descent;

import io.github.palimpsest.api.optimizer.OptimizerProvider;
import java.util.List;

/** The family of plain gradient descent. */
public final class Descent {
  private Descent() {}

  /** All optimizers of this family. */
  public static List<OptimizerProvider> providers() {
    return List.of(Sgd.PROVIDER, Momentum.HEAVY_BALL, Momentum.NESTEROV);
  }
}
