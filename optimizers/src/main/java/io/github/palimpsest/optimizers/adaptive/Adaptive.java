package io.github.palimpsest.optimizers.adaptive;

import io.github.palimpsest.api.optimizer.OptimizerProvider;
import java.util.List;

/** The family of adaptive step sizes. */
public final class Adaptive {
  private Adaptive() {}

  /** All optimizers of this family. */
  public static List<OptimizerProvider> providers() {
    return List.of(
        Adam.PROVIDER,
        AdamW.PROVIDER,
        Adagrad.PROVIDER,
        RmsProp.PROVIDER,
        Lion.PROVIDER,
        SophiaG.PROVIDER,
        Adafactor.PROVIDER,
        Muon.PROVIDER,
        GaLore.PROVIDER,
        Shampoo.PROVIDER);
  }
}
