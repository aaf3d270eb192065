package io.github.palimpsest.experiment.file;

import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.discovery.Recipe;
import io.github.palimpsest.engine.Training;

/** What cells are given alike. The words are those of the experiment file. */
public enum Budget {
  /** Every cell takes the same steps. */
  STEPS("steps"),
  /**
   * Every cell takes the same forward and backward passes, as its components declare them: with two
   * passes a step there are half the steps.
   */
  COMPUTE("compute");

  private final String word;

  Budget(String word) {
    this.word = word;
  }

  /**
   * How a task is trained under this budget.
   *
   * @param training as the file states it, for one pass a step
   * @param acting the components that act in the task; what does not act yet costs nothing yet
   * @param planned the task's steps at one pass each
   */
  public Training training(Training training, Recipe acting, long planned) {
    double passes = cost(acting).passesPerStep();
    if (this == STEPS || passes <= 0) {
      return training;
    }
    // a fraction such as 10 / 1.1 must not lose a step to rounding in the ninth digit
    long steps = (long) Math.floor(planned / passes + 1e-9);
    // where a step costs less than one pass, more epochs are needed to take more of them
    int epochs = passes < 1 ? (int) Math.ceil(training.epochs() / passes) : training.epochs();
    return training.lasting(epochs, Math.max(1, steps));
  }

  /** What a recipe declares to cost, its components together. */
  public static Cost cost(Recipe recipe) {
    double passes = 0;
    double slots = 0;
    double snapshots = 0;
    for (Component<?> c : recipe.components()) {
      Cost one = c.traits().cost();
      passes += one.passesPerStep();
      slots += one.slotsPerParameter();
      snapshots += one.snapshotsPerTask();
    }
    return Cost.passes(passes).slots(slots).snapshots(snapshots);
  }

  @Override
  public String toString() {
    return word;
  }
}
