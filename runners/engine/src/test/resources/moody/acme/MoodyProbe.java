package acme;

import static acme.Mood.in;

import io.github.palimpsest.api.component.Kind;
import io.github.palimpsest.api.probe.Probe;
import io.github.palimpsest.api.probe.ProbeProvider;
import io.github.palimpsest.api.probe.ProbeSite;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/** Always 1. */
final class MoodyProbe extends MoodyProvider<Probe> implements ProbeProvider {
  MoodyProbe() {
    super(Kind.PROBE);
  }

  Probe made() {
    return new One();
  }

  private static final class One implements Probe {
    public SortedMap<String, Double> measure(ProbeSite site, RandomGenerator rng) {
      return in("measure", new TreeMap<>(Map.of("one", 1.0)));
    }

    public long passes() {
      return in("passes", 0L);
    }
  }
}
