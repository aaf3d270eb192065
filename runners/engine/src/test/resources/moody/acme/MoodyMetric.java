package acme;

import static acme.Mood.in;

import io.github.palimpsest.api.metric.ForgettingMetric;
import io.github.palimpsest.api.metric.ForgettingMetricProvider;
import io.github.palimpsest.api.component.Kind;
import io.github.palimpsest.api.metric.ScoreMatrix;
import java.util.OptionalDouble;

/** Always 1. */
final class MoodyMetric extends MoodyProvider<ForgettingMetric>
    implements ForgettingMetricProvider {
  MoodyMetric() {
    super(Kind.METRIC);
  }

  ForgettingMetric made() {
    return new One();
  }

  private static final class One implements ForgettingMetric {
    public boolean higherIsBetter() {
      return in("higherIsBetter", true);
    }

    public OptionalDouble of(ScoreMatrix scores) {
      return in("of", OptionalDouble.of(1));
    }
  }
}
