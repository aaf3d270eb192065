package io.github.palimpsest.tck.checks;

import static io.github.palimpsest.tck.rule.RehearsalRule.DAT_01;
import static io.github.palimpsest.tck.rule.RehearsalRule.DAT_02;
import static io.github.palimpsest.tck.rule.RehearsalRule.DAT_05;
import static io.github.palimpsest.tck.rule.RehearsalRule.DAT_07;
import static io.github.palimpsest.tck.rule.RehearsalRule.DAT_08;
import static io.github.palimpsest.tck.rule.RehearsalRule.DAT_11;

import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.api.rehearsal.Rehearsal;
import io.github.palimpsest.api.rehearsal.RehearsalObjective;
import io.github.palimpsest.tck.Check.Trial;
import io.github.palimpsest.tck.Feature;
import io.github.palimpsest.tck.Finding;
import io.github.palimpsest.tck.NotApplicable;
import io.github.palimpsest.tck.Subject;
import io.github.palimpsest.tck.rig.ObjectiveRig;
import io.github.palimpsest.tck.rule.Rule;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Checks of the batches of a rehearsal; {@link MemoryChecks} checks its memory and {@link
 * ChoiceChecks} its choice.
 */
final class RehearsalChecks implements KindChecks {
  /** Whole batches, one example more or less, and fewer than a batch. */
  private static final int[] SIZES = {RehearsalTrial.EXAMPLES, 1, 7, 8, 9, 73, 80, 400};

  private static final int BYTES_TO_COUNT = 2048;
  private static final int EPOCHS = 12;
  private static final double REST = 10.0 / RehearsalTrial.EXAMPLES;

  private final RehearsalTrial trial;

  RehearsalChecks(Subject<Rehearsal> subject) {
    trial = new RehearsalTrial(subject);
  }

  @Override
  public Map<Rule, Trial> trials() {
    Map<Rule, Trial> all = new LinkedHashMap<>(new MemoryChecks(trial).trials());
    all.put(DAT_01, this::everyCurrentExampleOnce);
    all.put(DAT_02, this::onlyFinishedTasksAreKept);
    all.put(DAT_05, this::batchesAreAsManyAsSaid);
    all.put(DAT_07, this::plainUntilATaskIsFinished);
    all.put(DAT_08, this::preparedIsTheSameTask);
    all.put(DAT_11, this::passesAreDeclared);
    all.putAll(new ChoiceChecks(trial).trials());
    return all;
  }

  @Override
  public String behaviour() {
    Rehearsal own = trial.subject().create();
    StringBuilder all = new StringBuilder();
    for (int t = 0; t < 3; t++) {
      all.append(trial.ids(own, t, 0)).append('\n');
      all.append(new ChoiceChecks(trial).behaviour(own, t));
      RehearsalTrial.finish(own, trial.task(t), t);
    }
    return all.toString();
  }

  @Override
  public List<Supplier<String>> effects() {
    return List.of(
        () -> trial.trained(new ChoiceChecks(trial)),
        () -> trial.subject().create().objective().map(RehearsalChecks::digest).orElse(""));
  }

  /** The other checks need no graph, so a test of them may run without TensorFlow. */
  private static String digest(RehearsalObjective objective) {
    try {
      return ObjectiveRig.digest(objective);
    } catch (LinkageError e) {
      throw new NotApplicable(Feature.GRAPH);
    }
  }

  private void everyCurrentExampleOnce() {
    for (int finished = 0; finished <= 4; finished++) {
      List<String> epoch = trial.ids(trial.after(trial.subject(), finished), finished, 0);
      Map<String, Integer> seen = new HashMap<>();
      epoch.forEach(id -> seen.merge(id, 1, Integer::sum));
      Set<String> wanted = RehearsalTrial.idsOf(trial.task(finished));
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
                  RehearsalTrial.EXAMPLES + " examples, " + after + " tasks finished",
                  "each current example once",
                  missing.size() + " missing, " + again.size() + " more than once",
                  typical));
    }
  }

  private void onlyFinishedTasksAreKept() {
    Rehearsal r = trial.after(trial.subject(), 1);
    Set<String> allowed = RehearsalTrial.idsOf(trial.task(0));
    for (long epoch = 0; epoch < 4; epoch++) {
      noneButFinished(r, 1, epoch, allowed);
    }
    // another task begins although the last one has not ended: none of its examples may be kept
    noneButFinished(r, 2, 0, allowed);
    String state = new String(r.state(), StandardCharsets.ISO_8859_1);
    Expect.that(
        !state.contains("tck-task-1/") && !state.contains("tck-task-2/"),
        () ->
            new Finding(
                "one task finished, another under way",
                "a state that holds examples of the finished one alone",
                "it names examples of the one under way"));
    Optional<Subject<Rehearsal>> small = trial.withCapacity(RehearsalTrial.CAPACITY);
    if (small.isPresent()) {
      int seen = trial.rehearsed(small.get(), 20);
      Expect.that(
          seen <= RehearsalTrial.CAPACITY,
          () ->
              new Finding(
                  "three tasks finished, 20 epochs, settings " + small.get().settings(),
                  "at most " + RehearsalTrial.CAPACITY + " different kept examples",
                  seen + " different ones"));
      stateIsBounded(small.get());
    }
    epochsAddNothing(small.orElse(trial.subject()));
  }

  /** Further epochs of a task leave the state at its size, except for what counts them. */
  private void epochsAddNothing(Subject<Rehearsal> of) {
    Rehearsal r = trial.after(of, 2);
    trial.ids(r, 2, 0);
    int before = r.state().length;
    for (long epoch = 1; epoch < EPOCHS; epoch++) {
      trial.ids(r, 2, epoch);
    }
    isWithin(
        before,
        r.state().length,
        EPOCHS + " epochs of the third task, settings " + of.settings(),
        "one epoch",
        "a list of what was rehearsed");
  }

  /** A full memory that has seen more tasks needs no more bytes, except for what counts them. */
  private void stateIsBounded(Subject<Rehearsal> small) {
    int before = trial.after(small, 2).state().length;
    int after = trial.after(small, 4).state().length;
    isWithin(
        before,
        after,
        "four tasks finished, settings " + small.settings(),
        "two tasks",
        "examples that are kept beyond the capacity, though never rehearsed");
  }

  private static void isWithin(
      int before, int after, String fixture, String earlier, String typical) {
    int allowed = before + before / 4 + BYTES_TO_COUNT;
    Expect.that(
        after <= allowed,
        () ->
            new Finding(
                fixture,
                "a state of at most %d bytes: after %s it had %d"
                    .formatted(allowed, earlier, before),
                after + " bytes",
                typical));
  }

  private void noneButFinished(Rehearsal r, int task, long epoch, Set<String> allowed) {
    List<String> all = trial.ids(r, task, epoch);
    RehearsalTrial.idsOf(trial.task(task)).forEach(all::remove);
    all.removeAll(trial.corpusIds());
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

  private void batchesAreAsManyAsSaid() {
    for (int finished = 0; finished <= 2; finished++) {
      for (int examples : SIZES) {
        batchesAreAsManyAsSaid(finished, examples);
      }
    }
  }

  private void batchesAreAsManyAsSaid(int task, int examples) {
    Rehearsal r = trial.after(trial.subject(), task);
    int batch = RehearsalTrial.BATCH;
    long plain = (examples + batch - 1) / batch;
    long extra = r.extraBatches(task, examples, batch);
    int made =
        RehearsalTrial.epoch(r, trial.task(task, examples), RehearsalTrial.rng("epoch", task, 0))
            .size();
    Expect.that(
        made == plain + extra,
        () ->
            new Finding(
                examples + " examples of task " + task + " in batches of " + batch,
                plain + " batches and the " + extra + " of extraBatches",
                made + " batches",
                made < plain + extra
                    ? "a run whose schedules never reach their end"
                    : "a run that ends before the epoch does"));
  }

  /** A few examples more or less are rounding: of shares of a batch, and of the declared number. */
  private void passesAreDeclared() {
    double declared = trial.subject().traits().cost().passesPerStep();
    for (int finished = 0; finished <= 3; finished++) {
      Rehearsal r = trial.after(trial.subject(), finished);
      Set<String> current = RehearsalTrial.idsOf(trial.task(finished));
      long added = trial.ids(r, finished, 0).stream().filter(id -> !current.contains(id)).count();
      double measured = new ChoiceChecks(trial).passes(r, finished, added);
      int after = finished;
      Expect.that(
          measured <= declared + REST,
          () ->
              new Finding(
                  RehearsalTrial.EXAMPLES
                      + " examples in batches of "
                      + RehearsalTrial.BATCH
                      + ", "
                      + after
                      + " tasks finished",
                  String.format(
                      Locale.ROOT,
                      "passes a step, added to the plain one: at most the" + " declared %.4g",
                      declared),
                  String.format(
                      Locale.ROOT, "%.4g: %d examples are added in an epoch", measured, added),
                  declared == 0 ? "Cost.NONE" : ""));
    }
  }

  @Override
  public void absentUntilItsOnset() {
    Onset onset = trial.subject().traits().onset();
    NotApplicable.unless(onset != Onset.FIRST_TASK, Feature.LATE_ONSET);
    TaskData task = trial.task(0);
    Rehearsal own = trial.subject().create();
    boolean asIs = RehearsalTrial.prepared(own, task).examples().equals(task.examples());
    Expect.that(
        asIs && own.extraBatches(0, RehearsalTrial.EXAMPLES, RehearsalTrial.BATCH) == 0,
        () ->
            new Finding(
                "the first task, onset " + onset,
                "the task as it is, and no batch more",
                asIs ? "more batches" : "examples of another weight or order",
                "FIRST_TASK"));
    plainUntilATaskIsFinished();
  }

  private void plainUntilATaskIsFinished() {
    List<String> own = trial.ids(trial.subject().create(), 0, 0);
    own.removeAll(trial.corpusIds());
    List<String> plain = new ArrayList<>();
    trial
        .task(0)
        .shuffledBatches(RehearsalTrial.BATCH, RehearsalTrial.rng("epoch", 0, 0))
        .forEach(b -> b.forEach(e -> plain.add(e.id())));
    Expect.that(
        own.equals(plain),
        () ->
            new Finding(
                "no task finished",
                "the batches of TaskData.shuffledBatches",
                "they differ at place " + RehearsalTrial.firstDifference(own, plain)));
  }

  private void preparedIsTheSameTask() {
    for (int t = 0; t <= 4; t++) {
      Rehearsal r = trial.after(trial.subject(), t);
      TaskData task = trial.task(t);
      byte[] before = r.state();
      TaskData one = RehearsalTrial.prepared(r, task);
      Expect.that(
          one.index() == task.index()
              && one.name().equals(task.name())
              && one.examples().size() == task.examples().size()
              && RehearsalTrial.idsOf(one).equals(RehearsalTrial.idsOf(task)),
          () ->
              new Finding(
                  "prepared(" + task.name() + ")",
                  "task " + task.index() + " '" + task.name() + "' with its examples, by id",
                  "task "
                      + one.index()
                      + " '"
                      + one.name()
                      + "', "
                      + one.examples().size()
                      + " examples, "
                      + RehearsalTrial.idsOf(one).size()
                      + " different"));
      TaskData two = RehearsalTrial.prepared(trial.subject().create(), task);
      List<String> first = RehearsalTrial.ids(List.of(one.examples()));
      List<String> second = RehearsalTrial.ids(List.of(two.examples()));
      Expect.that(
          first.equals(second) && one.parts() == two.parts(),
          () ->
              new Finding(
                  "prepared(" + task.name() + ") by two objects, one of which has seen other tasks",
                  "equal tasks",
                  "tasks that differ at place " + RehearsalTrial.firstDifference(first, second),
                  "something other than the task and the pretrained model"));
      Expect.that(
          Arrays.equals(before, r.state()),
          () ->
              new Finding(
                  "prepared(" + task.name() + ")",
                  "the state as it was",
                  "a state of other bytes",
                  "a buffer that keeps examples before their task is trained"));
    }
  }
}
