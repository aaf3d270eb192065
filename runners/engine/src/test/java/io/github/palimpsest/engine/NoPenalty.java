package io.github.palimpsest.engine;

import io.github.palimpsest.api.regularizer.BoundRegularizer;
import io.github.palimpsest.api.regularizer.LossPoint;
import io.github.palimpsest.api.regularizer.RegularizerSite;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** A regularizer that does something else than penalise. */
abstract class NoPenalty implements BoundRegularizer {
  private final RegularizerSite site;

  NoPenalty(RegularizerSite site) {
    this.site = site;
  }

  @Override
  public Operand<TFloat32> penalty(LossPoint point) {
    return site.tf().constant(0f);
  }
}
