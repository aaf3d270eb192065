package io.github.palimpsest.tck.checks;

import static io.github.palimpsest.tck.RehearsalRule.DAT_01;
import static io.github.palimpsest.tck.RehearsalRule.DAT_02;
import static io.github.palimpsest.tck.RehearsalRule.DAT_03;
import static io.github.palimpsest.tck.RehearsalRule.DAT_04;
import static io.github.palimpsest.tck.RehearsalRule.DAT_06;
import static io.github.palimpsest.tck.RehearsalRule.DAT_07;
import static io.github.palimpsest.tck.RehearsalRule.P1;

import io.github.palimpsest.api.Example;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.Promise;
import io.github.palimpsest.api.Rehearsal;
import io.github.palimpsest.api.TaskData;
import io.github.palimpsest.engine.Streams;
import io.github.palimpsest.tck.Check.Trial;
import io.github.palimpsest.tck.Feature;
import io.github.palimpsest.tck.Finding;
import io.github.palimpsest.tck.NotApplicable;
import io.github.palimpsest.tck.Rule;
import io.github.palimpsest.tck.Subject;
import io.github.palimpsest.tck.rig.FunctionModel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/** What holds for rehearsal. No graph is needed. */
final class RehearsalChecks implements KindChecks {
  private static final int EXAMPLES = 403;
  private static final int BATCH = 8;
  private static final int CAPACITY = 7;
  private static final int SMALL = 200;
  private static final List<String> CAPACITIES =
      List.of("capacity", "size", "buffer", "buffer-size", "memory", "memory-size");
  private static final long SEED = 7;

  /** 1 - 1e-6 quantile of the chi-square distribution with 9 degrees of freedom. */
  private static final double CHI_SQUARE = 44.81;

  private static final int BUCKETS = 10;
  private static final int MANY = 3_000;
  private static final int TRIALS = 60;
  private static final int ENOUGH = 3_000;

  private final Subject<Rehearsal> subject;
  private final Map<String, TaskData> tasks = new TreeMap<>();

  RehearsalChecks(Subject<Rehearsal> subject) {
    this.subject = subject;
  }

  @Override
  public Map<Rule, Trial> trials() {
    return Map.of(
        DAT_01, this::everyCurrentExampleOnce,
        DAT_02, this::onlyFinishedTasksAreKept,
        DAT_03, this::everythingComesFromTheGenerators,
        DAT_04, this::memoryIsUniform,
        P1, this::stateIsEnough,
        DAT_06, this::damagedStateIsRefused,
        DAT_07, this::plainUntilATaskIsFinished);
  }

  @Override
  public String behaviour() {
    Rehearsal own = subject.create();
    StringBuilder all = new StringBuilder();
    for (int t = 0; t < 3; t++) {
      all.append(ids(own, t, 0)).append('\n');
      own.afterTask(task(t), new SampleModel(), rng("keep", t, 0));
    }
    return all.toString();
  }

  private TaskData task(int index) {
    return task(index, EXAMPLES);
  }

  private TaskData task(int index, int size) {
    return tasks.computeIfAbsent(
        index + "/" + size,
        key -> {
          List<Example> examples = new ArrayList<>();
          for (int i = 0; i < size; i++) {
            examples.add(FunctionModel.example("tck-task-" + index + "/" + i + ";"));
          }
          return new TaskData(index, "tck-task-" + index, examples);
        });
  }

  private static RandomGenerator rng(String purpose, int task, long epoch) {
    return Streams.stream(SEED, purpose, task, epoch);
  }

  private List<String> ids(Rehearsal r, int task, long epoch) {
    return ids(r, task(task), rng("epoch", task, epoch));
  }

  private static List<String> ids(Rehearsal r, TaskData task, RandomGenerator rng) {
    List<String> ids = new ArrayList<>();
    r.epoch(task, BATCH, rng).forEachRemaining(b -> b.forEach(e -> ids.add(e.id())));
    return ids;
  }

  /** A rehearsal that has seen the first so many tasks finish. */
  private Rehearsal after(Subject<Rehearsal> of, int finished) {
    Rehearsal r = of.create();
    for (int t = 0; t < finished; t++) {
      r.afterTask(task(t), new SampleModel(), rng("keep", t, 0));
    }
    return r;
  }

  private static Set<String> idsOf(TaskData task) {
    Set<String> ids = new LinkedHashSet<>();
    task.examples().forEach(e -> ids.add(e.id()));
    return ids;
  }

  private void everyCurrentExampleOnce() {
    for (int finished = 0; finished <= 2; finished++) {
      List<String> epoch = ids(after(subject, finished), finished, 0);
      Map<String, Integer> seen = new HashMap<>();
      epoch.forEach(id -> seen.merge(id, 1, Integer::sum));
      Set<String> wanted = idsOf(task(finished));
      List<String> missing = wanted.stream().filter(id -> !seen.containsKey(id)).toList();
      List<String> again = wanted.stream().filter(id -> seen.getOrDefault(id, 1) > 1).toList();
      int others = (int) epoch.stream().filter(id -> !wanted.contains(id)).count();
      String typical =
          !missing.isEmpty() && missing.size() == others
              ? "rehearsed examples in place of current ones"
              : "";
      int after = finished;
      Expect.that(
          missing.isEmpty() && again.isEmpty(),
          () ->
              new Finding(
                  EXAMPLES + " examples, " + after + " tasks finished",
                  "each current example once",
                  missing.size() + " missing, " + again.size() + " more than once",
                  typical));
    }
  }

  private void onlyFinishedTasksAreKept() {
    Rehearsal r = after(subject, 1);
    Set<String> allowed = idsOf(task(0));
    for (long epoch = 0; epoch < 4; epoch++) {
      noneButFinished(r, 1, epoch, allowed);
    }
    // another task begins though the last has not ended: nothing of it may have been kept
    noneButFinished(r, 2, 0, allowed);
    String state = new String(r.state(), StandardCharsets.ISO_8859_1);
    Expect.that(
        !state.contains("tck-task-1/") && !state.contains("tck-task-2/"),
        () ->
            new Finding(
                "one task finished, another under way",
                "a state that holds examples of the finished one alone",
                "it names examples of the one under way"));
    Optional<Subject<Rehearsal>> small = withCapacity(CAPACITY);
    if (small.isPresent()) {
      Rehearsal tiny = after(small.get(), 3);
      Set<String> seen = new LinkedHashSet<>();
      for (long epoch = 0; epoch < 20; epoch++) {
        seen.addAll(ids(tiny, 3, epoch));
      }
      seen.removeAll(idsOf(task(3)));
      Expect.that(
          seen.size() <= CAPACITY,
          () ->
              new Finding(
                  "three tasks finished, 20 epochs, settings " + small.get().settings(),
                  "at most " + CAPACITY + " different kept examples",
                  seen.size() + " different ones"));
    }
  }

  /** The subject with its memory set, if it has such a setting. */
  private Optional<Subject<Rehearsal>> withCapacity(int capacity) {
    return CAPACITIES.stream().flatMap(key -> subject.with(key, capacity).stream()).findFirst();
  }

  private void noneButFinished(Rehearsal r, int task, long epoch, Set<String> allowed) {
    List<String> all = ids(r, task, epoch);
    idsOf(task(task)).forEach(all::remove);
    List<String> foreign = all.stream().filter(id -> !allowed.contains(id)).toList();
    Expect.that(
        foreign.isEmpty(),
        () ->
            new Finding(
                "one task finished, epoch " + epoch + " of task " + task,
                "rehearsed examples of task 0 alone",
                "also " + foreign.subList(0, Math.min(3, foreign.size())),
                "a buffer that keeps examples while their task is still being trained"));
  }

  private void everythingComesFromTheGenerators() {
    for (int finished = 0; finished <= 2; finished++) {
      List<String> one = ids(after(subject, finished), finished, 0);
      List<String> two = ids(after(subject, finished), finished, 0);
      int after = finished;
      Expect.that(
          one.equals(two),
          () ->
              new Finding(
                  "two objects with equal generators, " + after + " tasks finished",
                  "equal sequences",
                  "sequences that first differ at place " + firstDifference(one, two),
                  "a random source of its own"));
    }
  }

  private static int firstDifference(List<String> a, List<String> b) {
    int i = 0;
    while (i < Math.min(a.size(), b.size()) && a.get(i).equals(b.get(i))) {
      i++;
    }
    return i;
  }

  private void memoryIsUniform() {
    NotApplicable.unless(subject.promises(Promise.UNIFORM_MEMORY), Feature.UNIFORM_MEMORY);
    // a memory that holds everything is uniform whatever it does when it is full
    Subject<Rehearsal> small = withCapacity(SMALL).orElse(subject);
    TaskData[] many = {task(0, MANY), task(1, MANY), task(2, MANY)};
    long[] counts = new long[BUCKETS];
    long total = 0;
    int trials = 0;
    for (; trials < TRIALS && total < ENOUGH; trials++) {
      Rehearsal r = small.create();
      r.afterTask(many[0], new SampleModel(), rng("keep", 0, trials));
      r.afterTask(many[1], new SampleModel(), rng("keep", 1, trials));
      // each example counts once a trial, so that draws of one trial are without replacement
      for (String id : new LinkedHashSet<>(ids(r, many[2], rng("epoch", 2, trials)))) {
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

  /** Which fifth of which of two tasks an example is from; -1 for other tasks. */
  private static int bucket(String id) {
    int task = id.charAt("tck-task-".length()) - '0';
    if (task > 1) {
      return -1;
    }
    int place = Integer.parseInt(id.substring(id.indexOf('/') + 1, id.length() - 1));
    return task * BUCKETS / 2 + place * (BUCKETS / 2) / MANY;
  }

  private void stateIsEnough() {
    Rehearsal goesOn = after(subject, 1);
    ids(goesOn, 1, 0);
    Rehearsal restored = subject.create();
    restored.restore(goesOn.state());
    for (int t = 1; t <= 3; t++) {
      List<String> expected = ids(goesOn, t, 1);
      List<String> actual = ids(restored, t, 1);
      int task = t;
      Expect.that(
          expected.equals(actual),
          () ->
              new Finding(
                  "restored after the first task, then task " + task,
                  "the sequence of the object that goes on",
                  "it differs at place " + firstDifference(expected, actual)));
      goesOn.afterTask(task(t), new SampleModel(), rng("keep", t, 0));
      restored.afterTask(task(t), new SampleModel(), rng("keep", t, 0));
    }
  }

  private void damagedStateIsRefused() {
    byte[] state = after(subject, 2).state();
    byte[] cut = Arrays.copyOf(state, state.length / 2);
    Map<String, byte[]> damaged =
        Map.of("no bytes at all", new byte[0], "half of a state", cut, "other bytes", noise());
    damaged.forEach(
        (what, bytes) -> {
          String outcome = "it is taken";
          try {
            subject.create().restore(bytes);
          } catch (PalimpsestException e) {
            return;
          } catch (RuntimeException e) {
            outcome = "it throws " + e;
          }
          throw new io.github.palimpsest.tck.BrokenRule(
              new Finding(what, "a PalimpsestException", outcome));
        });
  }

  private static byte[] noise() {
    byte[] bytes = new byte[64];
    rng("noise", 0, 0).nextBytes(bytes);
    return bytes;
  }

  private void plainUntilATaskIsFinished() {
    List<String> own = ids(subject.create(), 0, 0);
    List<String> plain = new ArrayList<>();
    task(0)
        .shuffledBatches(BATCH, rng("epoch", 0, 0))
        .forEach(b -> b.forEach(e -> plain.add(e.id())));
    Expect.that(
        own.equals(plain),
        () ->
            new Finding(
                "no task finished",
                "the batches of TaskData.shuffledBatches",
                "they differ at place " + firstDifference(own, plain)));
  }
}
