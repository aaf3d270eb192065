package io.github.palimpsest.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.api.Cost;
import io.github.palimpsest.api.Probe;
import io.github.palimpsest.api.ProbeSite;
import io.github.palimpsest.api.Provider;
import io.github.palimpsest.api.Rehearsal;
import io.github.palimpsest.api.Setting;
import io.github.palimpsest.api.WeightHistory;
import io.github.palimpsest.api.WeightSnapshot;
import io.github.palimpsest.tck.Buffer.Mistake;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.acme.AcmeClock;
import org.acme.AcmeCounter;
import org.acme.AcmeThread;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.tensorflow.ndarray.Shape;

/** Rules whose checks need no native code. */
class HostMutantsTest {
  private static final Setting<Integer> CAPACITY =
      Setting.integer("capacity", 500, 1, Integer.MAX_VALUE, "at most so many");
  private static final Setting<Double> ALPHA = Setting.real("alpha", 0.5, 0, 1, "how far");

  private static Stub.OfRehearsal buffer(Mistake... mistakes) {
    return new Stub.OfRehearsal(
        Cost.NONE, List.of(CAPACITY), s -> new Buffer(s.get(CAPACITY), mistakes));
  }

  /** A memory that holds all it is tried on, and whose size has a name of its own. */
  private static Stub.OfRehearsal roomy(Mistake... mistakes) {
    Setting<Integer> most = Setting.integer("at-most", 50_000, 1, Integer.MAX_VALUE, "so many");
    return new Stub.OfRehearsal(Cost.NONE, List.of(most), s -> new Buffer(s.get(most), mistakes));
  }

  /** What a merger makes of one value of each end. */
  private interface Line {
    float at(double alpha, float from, float to);
  }

  private static Stub.OfMerger merger(Line line) {
    return new Stub.OfMerger(
        Cost.NONE, List.of(ALPHA), s -> h -> onLine(h, s.get(ALPHA), line, "", false));
  }

  private static Stub.OfMerger merger(String key, Line line) {
    Setting<Double> share = Setting.real(key, 0.5, 0, 1, "how far");
    return new Stub.OfMerger(
        Cost.NONE, List.of(share), s -> h -> onLine(h, s.get(share), line, "", false));
  }

  private static Line swapped() {
    return (alpha, from, to) -> straight().at(1 - alpha, from, to);
  }

  private static Line straight() {
    return (alpha, from, to) ->
        alpha == 0 ? from : alpha == 1 ? to : (float) ((1 - alpha) * from + alpha * to);
  }

  private static WeightSnapshot onLine(
      WeightHistory h, double alpha, Line line, String dropped, boolean skipsMissing) {
    TreeMap<String, Shape> shapes = new TreeMap<>();
    h.afterTask().names().stream()
        .filter(n -> !n.equals(dropped))
        .forEach(n -> shapes.put(n, h.afterTask().shape(n)));
    return WeightSnapshot.computed(
        shapes,
        name -> {
          float[] to = h.afterTask().copy(name);
          if (skipsMissing && !h.pretrained().names().contains(name)) {
            return to;
          }
          float[] from = h.pretrained().copy(name);
          for (int i = 0; i < to.length; i++) {
            to[i] = line.at(alpha, from[i], to[i]);
          }
          return to;
        });
  }

  /** Measures how far the weights are from 0, and more. */
  private record Distance(boolean random, boolean divides, long passes) implements Probe {
    @Override
    public SortedMap<String, Double> measure(ProbeSite site, RandomGenerator rng) {
      double loss = site.loss(site.weights());
      double noise = random ? new Random().nextDouble() : rng.nextDouble();
      return new TreeMap<>(Map.of("loss", divides ? loss / 0 : loss, "noise", noise));
    }
  }

  private static Stub.OfProbe probe(boolean random, boolean divides, long passes) {
    return new Stub.OfProbe(Cost.NONE, List.of(), s -> new Distance(random, divides, passes));
  }

  private static List<Mutant> mutants() {
    List<Mutant> all = new ArrayList<>();
    all.addAll(rehearsals());
    all.addAll(others());
    all.addAll(plugins());
    return all;
  }

  private static List<Mutant> rehearsals() {
    return List.of(
        new Mutant(
            RehearsalRule.DAT_01,
            "examples replaced",
            buffer(Mistake.REPLACES),
            "in place of current ones"),
        new Mutant(
            RehearsalRule.DAT_02,
            "a peek at the task under way",
            buffer(Mistake.PEEKS),
            "still being trained"),
        new Mutant(RehearsalRule.DAT_02, "no capacity", buffer(Mistake.NO_CAPACITY)),
        new Mutant(
            RehearsalRule.DAT_03,
            "a random source of its own",
            buffer(Mistake.OWN_RANDOM),
            "a random source of its own"),
        new Mutant(
            RehearsalRule.DAT_04,
            "a reservoir that keeps the first",
            buffer(Mistake.KEEPS_THE_FIRST),
            "keeps the first"),
        new Mutant(
            RehearsalRule.DAT_04,
            "the same with much room and another name for it",
            roomy(Mistake.KEEPS_THE_FIRST),
            "keeps the first"),
        new Mutant(
            RehearsalRule.DAT_02,
            "examples of a task that is only prepared",
            buffer(Mistake.KEEPS_WHAT_IT_PREPARES)),
        new Mutant(
            RehearsalRule.DAT_05,
            "a batch more than said",
            buffer(Mistake.SAYS_TOO_FEW_BATCHES),
            "before the epoch does"),
        new Mutant(
            RehearsalRule.DAT_08, "a task with an example less", buffer(Mistake.DROPS_AN_EXAMPLE)),
        new Mutant(
            RehearsalRule.DAT_08,
            "a memory of what is prepared",
            buffer(Mistake.KEEPS_WHAT_IT_PREPARES),
            "before their task is trained"),
        new Mutant(RehearsalRule.P1, "an empty state", buffer(Mistake.FORGETS_THE_STATE)),
        new Mutant(RehearsalRule.DAT_06, "any bytes taken", buffer(Mistake.TAKES_ANY_BYTES)),
        new Mutant(RehearsalRule.DAT_07, "an order of its own", buffer(Mistake.OWN_ORDER)));
  }

  private static List<Mutant> others() {
    double[] calls = {0};
    return List.of(
        new Mutant(
            MergerRule.PPW_01,
            "a tensor left out",
            new Stub.OfMerger(
                Cost.NONE,
                List.of(),
                s -> h -> onLine(h, 0.5, straight(), "model.norm.weight", false))),
        new Mutant(MergerRule.PPW_02, "swapped ends", merger(swapped()), "the ends are swapped"),
        new Mutant(
            MergerRule.PPW_02,
            "swapped ends of another name",
            merger("tau", swapped()),
            "they are swapped"),
        new Mutant(
            MergerRule.PPW_03,
            "values that change",
            merger((alpha, from, to) -> (float) (to + calls[0]++))),
        new Mutant(
            MergerRule.W1,
            "a missing tensor left as it is",
            new Stub.OfMerger(Cost.NONE, List.of(), s -> h -> onLine(h, 0.5, straight(), "", true)),
            "silently left as it is"),
        new Mutant(ProbeRule.PRB_01, "a division by 0", probe(false, true, 1)),
        new Mutant(ProbeRule.PRB_02, "a random source of its own", probe(true, false, 1)),
        new Mutant(ProbeRule.PRB_03, "a pass too many", probe(false, false, 0)));
  }

  private static List<Mutant> plugins() {
    Rehearsal cached = new Buffer(500);
    Stub.OfRehearsal noWords =
        new Stub.OfRehearsal(
            Cost.NONE, List.of(Setting.flag("mute", true, "")), s -> new Buffer(5));
    return List.of(
        new Mutant(SpiRule.SPI_01, "no line in a service file", buffer()),
        new Mutant(SpiRule.SPI_02, "no vendor prefix", new AcmeClock()),
        new Mutant(
            SpiRule.SPI_03,
            "an object that is handed out again",
            new Stub.OfRehearsal(Cost.NONE, List.of(), s -> cached)),
        new Mutant(
            SpiRule.SPI_04,
            "a setting that is not declared",
            new Stub.OfRehearsal(Cost.NONE, List.of(), s -> new Buffer(s.get(CAPACITY)))),
        new Mutant(
            SpiRule.C1,
            "an order of its own in the first task, which others may share",
            buffer(Mistake.OWN_ORDER)),
        new Mutant(
            SpiRule.C1,
            "more batches in the first task",
            buffer(Mistake.SAYS_TOO_FEW_BATCHES),
            "FIRST_TASK"),
        new Mutant(SpiRule.SPI_07, "a clock", new AcmeClock(), "a clock: java.lang.System"),
        new Mutant(SpiRule.SPI_07, "a thread", new AcmeThread(), "reaches a thread"),
        new Mutant(SpiRule.SPI_08, "a static counter", new AcmeCounter(), "AcmeCounter.asked"),
        new Mutant(SpiRule.SPI_09, "a setting without words", noWords));
  }

  @TestFactory
  Stream<DynamicTest> every_mutant_is_refused_by_its_rule() {
    return Mutant.tests(mutants());
  }

  @Test
  void every_rule_has_a_mutant() {
    List<Rule> rules = new ArrayList<>(List.of(RehearsalRule.values()));
    rules.addAll(List.of(MergerRule.values()));
    rules.addAll(List.of(ProbeRule.values()));
    rules.addAll(List.of(SpiRule.values()));
    // a JAR is needed: see JarTest
    rules.removeAll(List.of(SpiRule.SPI_05, SpiRule.SPI_06, SpiRule.L1));
    Mutant.cover(mutants(), rules);
  }

  @Test
  void a_share_of_the_earlier_weights_or_of_something_else_is_no_swap() {
    for (Stub.OfMerger odd : List.of(merger("decay", swapped()), merger("part", half()))) {
      assertThat(Certification.here(Subject.of(odd)).verdicts())
          .filteredOn(v -> v.rule() instanceof MergerRule && v.refuses())
          .extracting(Verdict::text)
          .isEmpty();
    }
  }

  private static Line half() {
    return (alpha, from, to) -> (from + to) / 2;
  }

  @Test
  void without_a_mistake_every_rule_of_the_kind_is_kept() {
    List<Provider<?>> good = List.of(buffer(), roomy(), merger(straight()), probe(false, false, 1));
    for (Provider<?> provider : good) {
      assertThat(Certification.here(Subject.of(provider)).verdicts())
          .filteredOn(v -> !(v.rule() instanceof SpiRule))
          .extracting(Verdict::outcome)
          .as("kind %s", provider.kind())
          .containsOnly(Outcome.PASSED);
    }
  }
}
