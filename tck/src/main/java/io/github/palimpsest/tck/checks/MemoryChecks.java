package io.github.palimpsest.tck.checks;

import static io.github.palimpsest.tck.rule.RehearsalRule.DAT_03;
import static io.github.palimpsest.tck.rule.RehearsalRule.DAT_04;
import static io.github.palimpsest.tck.rule.RehearsalRule.DAT_06;
import static io.github.palimpsest.tck.rule.RehearsalRule.DAT_09;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.component.Promise;
import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.api.rehearsal.Rehearsal;
import io.github.palimpsest.tck.BrokenRule;
import io.github.palimpsest.tck.Check.Trial;
import io.github.palimpsest.tck.Feature;
import io.github.palimpsest.tck.Finding;
import io.github.palimpsest.tck.NotApplicable;
import io.github.palimpsest.tck.Subject;
import io.github.palimpsest.tck.rule.Rule;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/** The checks of the memory of a rehearsal. */
final class MemoryChecks {
  private static final int SMALL = 200;

  /** 1 - 1e-6 quantile of the chi-square distribution with 9 degrees of freedom. */
  private static final double CHI_SQUARE = 44.81;

  private static final int BUCKETS = 10;
  private static final int MANY = 3_000;
  private static final int TRIALS = 60;
  private static final int ENOUGH = 3_000;

  private final RehearsalTrial trial;

  MemoryChecks(RehearsalTrial trial) {
    this.trial = trial;
  }

  Map<Rule, Trial> trials() {
    return Map.of(
        DAT_03, this::everythingComesFromTheGenerators,
        DAT_04, this::memoryIsUniform,
        DAT_09, this::stateIsEnough,
        DAT_06, this::damagedStateIsRefused);
  }

  private void everythingComesFromTheGenerators() {
    for (int finished = 0; finished <= 4; finished++) {
      List<String> one = trial.ids(trial.after(trial.subject(), finished), finished, 0);
      List<String> two = trial.ids(trial.after(trial.subject(), finished), finished, 0);
      int after = finished;
      Expect.that(
          one.equals(two),
          () ->
              new Finding(
                  "two objects with equal generators, " + after + " tasks finished",
                  "equal sequences",
                  "sequences that first differ at place "
                      + RehearsalTrial.firstDifference(one, two),
                  "a random source of its own"));
    }
  }

  private void memoryIsUniform() {
    NotApplicable.unless(trial.subject().promises(Promise.UNIFORM_MEMORY), Feature.UNIFORM_MEMORY);
    // a memory that holds everything is uniform, so it must be tried when it is full
    Subject<Rehearsal> small = trial.withCapacity(SMALL).orElse(trial.subject());
    TaskData[] many = {trial.task(0, MANY), trial.task(1, MANY), trial.task(2, MANY)};
    long[] counts = new long[BUCKETS];
    long total = 0;
    int trials = 0;
    for (; trials < TRIALS && total < ENOUGH; trials++) {
      Rehearsal r = small.create();
      RehearsalTrial.finish(r, many[0], trials);
      RehearsalTrial.finish(r, many[1], trials);
      // each example counts once per trial, so the draws of one trial are without replacement
      for (String id : new LinkedHashSet<>(rehearsed(r, many[2], trials))) {
        int bucket = bucket(id);
        if (bucket >= 0) {
          counts[bucket]++;
          total++;
        }
      }
    }
    NotApplicable.unless(total > 0, Feature.UNIFORM_MEMORY);
    double expected = (double) total / BUCKETS;
    double chiSquare =
        Arrays.stream(counts).mapToDouble(c -> (c - expected) * (c - expected)).sum();
    double statistic = chiSquare / expected;
    int used = trials;
    long first = counts[0] + counts[BUCKETS / 2];
    Expect.that(
        statistic <= CHI_SQUARE,
        () ->
            new Finding(
                "two tasks of " + MANY + " examples, " + used + " buffers, tenths by place",
                "about "
                    + Math.round(expected)
                    + " rehearsed of each, chi-square at most "
                    + CHI_SQUARE,
                Arrays.toString(counts) + ", chi-square " + Math.round(statistic),
                counts[0] > 5 * expected || first > 5 * expected
                    ? "a buffer that keeps the first examples it sees"
                    : ""));
  }

  private static List<String> rehearsed(Rehearsal r, TaskData task, long draw) {
    RandomGenerator rng = RehearsalTrial.rng("epoch", task.index(), draw);
    return RehearsalTrial.ids(RehearsalTrial.epoch(r, task, rng));
  }

  /**
   * The fifth of its task, one of two, that an example is from; -1 for other tasks and a corpus.
   */
  private static int bucket(String id) {
    if (!id.startsWith("tck-task-")) {
      return -1;
    }
    int task = id.charAt("tck-task-".length()) - '0';
    if (task > 1) {
      return -1;
    }
    int place = Integer.parseInt(id.substring(id.indexOf('/') + 1, id.length() - 1));
    return task * BUCKETS / 2 + place * (BUCKETS / 2) / MANY;
  }

  private void stateIsEnough() {
    stateIsEnough(trial.subject().create(), "a fresh object");
    stateIsEnough(trial.after(trial.subject(), 3), "an object that has seen three other tasks");
  }

  private void stateIsEnough(Rehearsal restored, String which) {
    Rehearsal goesOn = trial.after(trial.subject(), 1);
    trial.ids(goesOn, 1, 0);
    restored.restore(goesOn.state());
    for (int t = 1; t <= 3; t++) {
      List<String> expected = trial.ids(goesOn, t, 1);
      List<String> actual = trial.ids(restored, t, 1);
      int task = t;
      Expect.that(
          expected.equals(actual),
          () ->
              new Finding(
                  which + ", restored after the first task, then task " + task,
                  "the sequence of the object that goes on",
                  "it differs at place " + RehearsalTrial.firstDifference(expected, actual)));
      RehearsalTrial.finish(goesOn, trial.task(t), t);
      RehearsalTrial.finish(restored, trial.task(t), t);
    }
  }

  private void damagedStateIsRefused() {
    byte[] state = trial.after(trial.subject(), 2).state();
    byte[] cut = Arrays.copyOf(state, state.length / 2);
    Map<String, byte[]> damaged =
        new TreeMap<>(
            Map.of("no bytes at all", new byte[0], "half of a state", cut, "other bytes", noise()));
    damaged.forEach(
        (what, bytes) -> {
          String expected = "a PalimpsestException";
          try {
            trial.subject().create().restore(bytes);
          } catch (PalimpsestException e) {
            return;
          } catch (RuntimeException e) {
            throw new BrokenRule(new Finding(what, expected, "it throws "), e);
          }
          throw new BrokenRule(new Finding(what, expected, "it is taken"));
        });
  }

  private static byte[] noise() {
    byte[] bytes = new byte[64];
    RehearsalTrial.rng("noise", 0, 0).nextBytes(bytes);
    return bytes;
  }
}
