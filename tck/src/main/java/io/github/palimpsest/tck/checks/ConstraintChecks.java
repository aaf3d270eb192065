package io.github.palimpsest.tck.checks;

import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.tck.Feature;
import io.github.palimpsest.tck.Finding;
import io.github.palimpsest.tck.NotApplicable;
import io.github.palimpsest.tck.checks.RegularizerTrial.Done;
import io.github.palimpsest.tck.rig.Named;
import io.github.palimpsest.tck.rig.RegularizerRig;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The check of a regularizer that constrains gradients. */
final class ConstraintChecks {
  private static final int TASKS = 4;
  private static final double CLOSE = 1e-4;

  private final RegularizerTrial trial;

  ConstraintChecks(RegularizerTrial trial) {
    this.trial = trial;
  }

  void aConstraintTakesAwayAndAddsNothing() {
    boolean later = trial.subject().traits().onset() == Onset.LATER_TASKS;
    boolean constrains = false;
    for (int tasks : new int[] {0, 1, TASKS}) {
      RegularizerRig rig = trial.after(tasks);
      for (int seed = 1; seed <= 3; seed++) {
        Named g = trial.gradient(seed);
        Optional<Named> found = rig.constrained(g);
        constrains |= found.isPresent();
        if (found.isPresent()) {
          isAllowed(g, found.get(), tasks, tasks == 0 && later);
        }
      }
    }
    NotApplicable.unless(constrains, Feature.GRADIENT_CONSTRAINT);
    nothingStaysNothing();
    isThatOfItsMemories();
  }

  private static String after(int tasks) {
    return RegularizerTrial.FIXTURE + ", a gradient after " + tasks + " tasks";
  }

  private void isAllowed(Named g, Named found, int tasks, boolean untouched) {
    Expect.that(
        sizes(found).equals(sizes(g)),
        () ->
            new Finding(
                after(tasks),
                "tensors of the names and shapes of the gradient: " + sizes(g),
                sizes(found).toString()));
    Expect.that(
        found.finite(), () -> new Finding(after(tasks), "finite numbers", found.toString()));
    Expect.that(
        !untouched || found.same(g),
        () ->
            new Finding(
                after(tasks),
                "the gradient itself, as there is nothing to protect: " + g,
                found.toString(),
                "a constraint before any task is finished"));
    double small = CLOSE * trial.subject().tolerance();
    double along = found.dot(g) / g.norm();
    Expect.that(
        found.norm() <= g.norm() * (1 + small),
        () ->
            new Finding(
                after(tasks),
                "at most the length of the gradient, " + g.norm(),
                "length " + found.norm(),
                "a part that is added instead of taken away"));
    Expect.that(
        along >= -small * g.norm(),
        () ->
            new Finding(
                after(tasks),
                "a part of at least 0 along the gradient",
                "" + along,
                "the opposite of the gradient"));
  }

  private static Map<String, Integer> sizes(Named of) {
    return of.values().entrySet().stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey, e -> e.getValue().length, (a, b) -> a, TreeMap::new));
  }

  private void nothingStaysNothing() {
    Named zero = trial.gradient(1).scale(0);
    trial
        .after(TASKS)
        .constrained(zero)
        .ifPresent(
            found ->
                Expect.that(
                    found.zero(),
                    () -> new Finding(after(TASKS) + ", which is 0", "0", found.toString())));
  }

  /** Whether a fresh object with the same memories constrains in the same way. */
  private void isThatOfItsMemories() {
    List<Done> tasks = IntStream.range(0, TASKS).mapToObj(trial::done).toList();
    Named g = trial.gradient(1);
    Optional<Named> fresh = trial.constrainedAfter(tasks, g);
    Optional<Named> going = trial.after(TASKS).constrained(g);
    Expect.that(
        fresh.isPresent() == going.isPresent()
            && fresh.map(f -> f.same(going.orElseThrow())).orElse(true),
        () ->
            new Finding(
                after(TASKS) + ", by a fresh object with the same memories",
                "" + going,
                "" + fresh,
                "a basis kept in a field instead of being remembered"));
  }
}
