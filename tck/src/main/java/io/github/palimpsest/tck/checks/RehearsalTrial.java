package io.github.palimpsest.tck.checks;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.api.random.Streams;
import io.github.palimpsest.api.rehearsal.Rehearsal;
import io.github.palimpsest.tck.Subject;
import io.github.palimpsest.tck.rig.FunctionModel;
import io.github.palimpsest.tck.rig.SampleModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A rehearsal on trial, and the tasks that it sees. No graph is needed. */
final class RehearsalTrial {
  static final int EXAMPLES = 403;
  static final int BATCH = 8;
  private static final long SEED = 7;

  /** So few that any memory of a useful size holds more. */
  static final int CAPACITY = 7;

  private static final List<String> CAPACITIES =
      List.of("capacity", "size", "buffer", "buffer-size", "memory", "memory-size");

  private final Subject<Rehearsal> subject;
  private final Map<String, TaskData> tasks = new TreeMap<>();
  private @Nullable Optional<String> capacity;

  RehearsalTrial(Subject<Rehearsal> subject) {
    this.subject = subject;
  }

  Subject<Rehearsal> subject() {
    return subject;
  }

  TaskData task(int index) {
    return task(index, EXAMPLES);
  }

  TaskData task(int index, int size) {
    return tasks.computeIfAbsent(
        index + "/" + size,
        key -> {
          List<Example> examples = new ArrayList<>();
          for (int i = 0; i < size; i++) {
            examples.add(FunctionModel.example("tck-task-" + index + "/" + i + ";"));
          }
          return TaskData.of(index, "tck-task-" + index, examples).beside(corpus());
        });
  }

  /** The corpus for a subject that uses one; empty for the others. */
  private List<Example> corpus() {
    return subject.usesCorpus()
        ? IntStream.range(0, EXAMPLES)
            .mapToObj(i -> FunctionModel.example("tck-corpus/" + i + ";"))
            .toList()
        : List.of();
  }

  static RandomGenerator rng(String purpose, int task, long epoch) {
    return Streams.stream(SEED, purpose, task, epoch);
  }

  static Set<String> idsOf(TaskData task) {
    return idsOf(task.examples());
  }

  /** The ids of the corpus of every task, and of the samples that a preparation takes as one. */
  Set<String> corpusIds() {
    Set<String> ids = idsOf(task(0).corpus());
    ids.addAll(idsOf(prepared(subject.create(), task(0)).corpus()));
    return ids;
  }

  private static Set<String> idsOf(List<Example> examples) {
    Set<String> ids = new LinkedHashSet<>();
    examples.forEach(e -> ids.add(e.id()));
    return ids;
  }

  /** A rehearsal after a number of finished tasks. */
  Rehearsal after(Subject<Rehearsal> of, int finished) {
    Rehearsal r = of.create();
    for (int t = 0; t < finished; t++) {
      finish(r, task(t), t);
    }
    return r;
  }

  /** Ends a task as a runner does. */
  static void finish(Rehearsal r, TaskData task, long draw) {
    prepared(r, task);
    r.afterTask(task, new SampleModel(), rng("keep", task.index(), draw));
  }

  static TaskData prepared(Rehearsal r, TaskData task) {
    return r.prepared(task, new SampleModel());
  }

  /** The batches of an epoch. */
  List<List<Example>> epoch(Rehearsal r, int task, long epoch) {
    return epoch(r, task(task), rng("epoch", task, epoch));
  }

  static List<List<Example>> epoch(Rehearsal r, TaskData task, RandomGenerator rng) {
    List<List<Example>> batches = new ArrayList<>();
    r.epoch(prepared(r, task), BATCH, rng).forEachRemaining(batches::add);
    return batches;
  }

  /** The examples of three tasks with their fields, the choices among them, and the counts. */
  String trained(ChoiceChecks choice) {
    Rehearsal own = subject.create();
    StringBuilder all = new StringBuilder();
    for (int t = 0; t < 3; t++) {
      for (List<Example> batch : epoch(own, t, 0)) {
        batch.forEach(e -> all.append(e.id()).append(digest(e)).append(' '));
        all.append('\n');
      }
      all.append(choice.behaviour(own, t)).append(own.extraBatches(t, EXAMPLES, BATCH));
      finish(own, task(t), t);
    }
    return all.toString();
  }

  private static int digest(Example e) {
    int h = Long.hashCode(e.tokens());
    for (Map.Entry<String, HostArray> field : e.fields().entrySet()) {
      h = 31 * h + field.getKey().hashCode();
      h = 31 * h + Arrays.hashCode(field.getValue().shape());
      h =
          31 * h
              + (field.getValue() instanceof HostArray.Ints ints
                  ? Arrays.hashCode(ints.toArray())
                  : Arrays.hashCode(((HostArray.Floats) field.getValue()).toArray()));
    }
    return h;
  }

  /** The ids of an epoch, in order. */
  List<String> ids(Rehearsal r, int task, long epoch) {
    return ids(epoch(r, task, epoch));
  }

  static List<String> ids(List<List<Example>> batches) {
    List<String> ids = new ArrayList<>();
    batches.forEach(b -> b.forEach(e -> ids.add(e.id())));
    return ids;
  }

  /**
   * A copy with another capacity: a setting with a usual name, or one that greatly reduces the
   * number of different rehearsed examples when it is small.
   */
  Optional<Subject<Rehearsal>> withCapacity(int examples) {
    Optional<String> known = capacity;
    if (known == null) {
      known =
          CAPACITIES.stream()
              .filter(key -> subject.with(key, CAPACITY).isPresent())
              .findFirst()
              .or(() -> subject.numbers().keySet().stream().filter(this::limits).findFirst());
      capacity = known;
    }
    return known.flatMap(key -> subject.with(key, examples));
  }

  private boolean limits(String key) {
    return subject.numbers().get(key) > CAPACITY
        && subject
            .with(key, CAPACITY)
            .map(small -> 3 * rehearsed(small, 4) < rehearsed(subject, 4))
            .orElse(false);
  }

  /**
   * The number of different examples of three finished tasks in some epochs, without the corpus.
   */
  int rehearsed(Subject<Rehearsal> of, int epochs) {
    Rehearsal r = after(of, 3);
    Set<String> seen = new LinkedHashSet<>();
    for (long epoch = 0; epoch < epochs; epoch++) {
      seen.addAll(ids(r, 3, epoch));
    }
    seen.removeAll(idsOf(task(3)));
    seen.removeAll(corpusIds());
    return seen.size();
  }

  static int firstDifference(List<String> a, List<String> b) {
    int i = 0;
    while (i < Math.min(a.size(), b.size()) && a.get(i).equals(b.get(i))) {
      i++;
    }
    return i;
  }
}
