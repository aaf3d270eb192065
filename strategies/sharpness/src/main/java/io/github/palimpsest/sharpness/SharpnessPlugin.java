package io.github.palimpsest.sharpness;

import io.github.palimpsest.api.Plugin;
import io.github.palimpsest.api.probe.ProbeProvider;
import java.util.List;

/** Offers the probes of this project. */
public final class SharpnessPlugin implements Plugin {
  @Override
  public String name() {
    return "palimpsest-sharpness";
  }

  @Override
  public List<ProbeProvider> probes() {
    return List.of(
        SamGap.PROVIDER,
        AverageSharpness.PROVIDER,
        HessianTop.PROVIDER,
        HessianTrace.PROVIDER,
        LossLandscape.PROVIDER,
        WeightDistance.PROVIDER,
        KlDrift.PROVIDER);
  }
}
