package io.github.palimpsest.tck.checks;

import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.regularizer.Regularizer;
import io.github.palimpsest.tck.Finding;
import io.github.palimpsest.tck.checks.RegularizerTrial.Done;
import io.github.palimpsest.tck.rig.Named;
import io.github.palimpsest.tck.rig.RegularizerRig;
import java.util.List;
import java.util.SortedMap;
import java.util.stream.IntStream;

/** The check of what a regularizer remembers of tasks: REG-05. */
final class TaskMemoryChecks {
  private static final int TASKS = 4;
  private static final int STOP = 2;

  private final RegularizerTrial trial;

  TaskMemoryChecks(RegularizerTrial trial) {
    this.trial = trial;
  }

  void anchorDoesNotMove() {
    aFreshObjectGoesOn(anchorDoesNotMove(STOP), anchorDoesNotMove(TASKS));
  }

  /** A run that is continued after a task leaves the same memories as one that was not stopped. */
  private void aFreshObjectGoesOn(
      SortedMap<String, WeightSnapshot> left, SortedMap<String, WeightSnapshot> whole) {
    List<Done> tasks = IntStream.range(0, TASKS).mapToObj(trial::done).toList();
    SortedMap<String, WeightSnapshot> resumed =
        trial.remembered(trial.subject().create(), tasks, STOP, left);
    Expect.that(
        same(whole, resumed),
        () ->
            new Finding(
                TASKS + " scripted tasks, those after the first " + STOP + " by a fresh object",
                "the memories of an object that has seen all: " + whole.keySet(),
                (whole.keySet().equals(resumed.keySet()) ? "others under " : "") + resumed.keySet(),
                "a field that counts or sums over tasks: use index() and recall()"));
  }

  private static boolean same(
      SortedMap<String, WeightSnapshot> one, SortedMap<String, WeightSnapshot> other) {
    return one.keySet().equals(other.keySet())
        && one.keySet().stream()
            .allMatch(name -> Named.of(one.get(name)).same(Named.of(other.get(name))));
  }

  /** Returns the memories. */
  private SortedMap<String, WeightSnapshot> anchorDoesNotMove(int finished) {
    List<Done> tasks = IntStream.range(0, finished).mapToObj(trial::done).toList();
    Regularizer goesOn = trial.subject().create();
    SortedMap<String, WeightSnapshot> memories = trial.remembered(goesOn, tasks);
    RegularizerRig same = trial.keep(trial.bound(goesOn, tasks, memories));
    RegularizerRig fresh = trial.keep(trial.bound(trial.subject().create(), tasks, memories));
    for (Named point : List.of(trial.anchor(1), trial.moved(trial.anchor(1), 0.2, 4))) {
      double going = same.penalty(point, trial.batch());
      double resumed = fresh.penalty(point, trial.batch());
      Expect.that(
          going == resumed,
          () ->
              new Finding(
                  RegularizerTrial.FIXTURE + ", weights that move on after the task",
                  "the penalty that a fresh object with the same memories gives: " + resumed,
                  "" + going,
                  "a snapshot kept in a field instead of being remembered"));
    }
    return memories;
  }
}
