package acme;

import static acme.Mood.in;

import io.github.palimpsest.api.component.Kind;
import io.github.palimpsest.api.metric.ForgettingMetric;
import io.github.palimpsest.api.metric.ForgettingMetricProvider;
import io.github.palimpsest.api.metric.ScoreMatrix;
import java.util.OptionalDouble;

/** Always 1; NaN if its number is in a bad mood. */
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
      Double number = in("number", 1.0);
      return in("of", OptionalDouble.of(number == null ? Double.NaN : number));
    }
  }
}
