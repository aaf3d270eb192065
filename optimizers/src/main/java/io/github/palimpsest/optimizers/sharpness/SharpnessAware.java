package io.github.palimpsest.optimizers.sharpness;

import io.github.palimpsest.api.optimizer.OptimizerProvider;
import java.util.List;

/** The sharpness-aware family. */
public final class SharpnessAware {
  private SharpnessAware() {}

  /** All optimizers of this family. */
  public static List<OptimizerProvider> providers() {
    return List.of(
        Sam.PROVIDER,
        Asam.PROVIDER,
        Gsam.PROVIDER,
        Wsam.PROVIDER,
        FriendlySam.PROVIDER,
        LookSam.PROVIDER,
        Esam.PROVIDER,
        MomentumSam.PROVIDER,
        SamOn.PROVIDER,
        FisherSam.PROVIDER,
        CFlat.PROVIDER,
        FunctionalSam.PROVIDER,
        StableSam.PROVIDER,
        ZSharp.PROVIDER,
        LeSam.PROVIDER,
        AdaptiveSam.PROVIDER,
        RandomPerturbation.PROVIDER,
        FlatLora.PROVIDER,
        Sparse.PROVIDER);
  }
}
