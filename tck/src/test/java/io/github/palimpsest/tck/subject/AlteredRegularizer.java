package io.github.palimpsest.tck.subject;

import io.github.palimpsest.api.regularizer.BoundRegularizer;
import io.github.palimpsest.api.regularizer.LossPoint;
import io.github.palimpsest.api.regularizer.Regularizer;
import io.github.palimpsest.api.regularizer.RegularizerSite;
import io.github.palimpsest.tck.rig.ForwardingRegularizer;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** A regularizer that delegates to another one, except for overridden methods. */
public class AlteredRegularizer implements ForwardingRegularizer {
  private final BoundRegularizer good;

  public AlteredRegularizer(BoundRegularizer good) {
    this.good = good;
  }

  /** Another penalty, made of the one there is. */
  public static Regularizer penalty(Regularizer good, Change change) {
    return site ->
        new AlteredRegularizer(good.bind(site)) {
          @Override
          public Operand<TFloat32> penalty(LossPoint point) {
            return change.of(site, point, super.penalty(point));
          }
        };
  }

  public interface Change {
    Operand<TFloat32> of(RegularizerSite site, LossPoint point, Operand<TFloat32> good);
  }

  @Override
  public BoundRegularizer regularizer() {
    return good;
  }

  @Override
  public Operand<TFloat32> penalty(LossPoint point) {
    return good.penalty(point);
  }
}
