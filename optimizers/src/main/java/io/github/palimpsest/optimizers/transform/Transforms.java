package io.github.palimpsest.optimizers.transform;

import io.github.palimpsest.api.optimizer.OptimizerProvider;
import java.util.List;

/** The transforms. */
public final class Transforms {
  private Transforms() {}

  /** All transforms. */
  public static List<OptimizerProvider> providers() {
    return List.of(
        ClipNorm.PROVIDER,
        ClipValue.PROVIDER,
        Finch.PROVIDER,
        WeightDecay.PROVIDER,
        Lookahead.PROVIDER,
        Ema.PROVIDER,
        Sfa.PROVIDER,
        Masked.PROVIDER,
        PerTask.PROVIDER);
  }
}
