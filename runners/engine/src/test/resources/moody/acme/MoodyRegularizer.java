package acme;

import static acme.Mood.in;

import io.github.palimpsest.api.regularizer.BoundRegularizer;
import io.github.palimpsest.api.model.FinishedTask;
import io.github.palimpsest.api.component.Kind;
import io.github.palimpsest.api.regularizer.LossPoint;
import io.github.palimpsest.api.regularizer.Regularizer;
import io.github.palimpsest.api.regularizer.RegularizerProvider;
import io.github.palimpsest.api.regularizer.RegularizerSite;
import io.github.palimpsest.api.optimizer.StepContext;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.optimizer.Updates;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** Half the squared distance from where the task began. */
final class MoodyRegularizer extends MoodyProvider<Regularizer> implements RegularizerProvider {
  MoodyRegularizer() {
    super(Kind.REGULARIZER);
  }

  Regularizer made() {
    return site -> in("bind", new Bound(site));
  }

  private record Bound(RegularizerSite site) implements BoundRegularizer {
    private Tensors moved(LossPoint point) {
      return point.at().tensors().minus(site.tf(), site.start());
    }

    public Operand<TFloat32> penalty(LossPoint point) {
      Operand<TFloat32> half = site.tf().constant(0.5f);
      return in("penalty", site.tf().math.mul(half, moved(point).dot(site.tf(), moved(point))));
    }

    public Optional<Tensors> gradient(LossPoint point) {
      return in("gradient", Optional.of(moved(point)));
    }

    public void track(StepContext c, Updates updates) {
      in("track", "");
    }

    public void afterTask(FinishedTask task) {
      in("afterTask", "");
    }
  }
}
