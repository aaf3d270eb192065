package io.github.palimpsest.experiment.file;

import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.discovery.Recipe;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.Slot;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.engine.Training;
import java.util.List;

/** The quantity that is equal for all cells. The words are those of the experiment file. */
public enum Budget {
  /** Every cell takes the same number of steps. */
  STEPS("steps"),
  /**
   * Every cell takes the same number of forward and backward passes, as its components declare
   * them: with two passes per step there are half as many steps.
   */
  COMPUTE("compute");

  private final String word;

  Budget(String word) {
    this.word = word;
  }

  /**
   * The training of a task under this budget.
   *
   * @param training the values of the file, for one pass per step
   * @param acting the components that act in the task; others cost nothing yet
   * @param planned the task's steps at one pass each
   */
  public Training training(Training training, Recipe acting, long planned) {
    double passes = cost(acting).passesPerStep();
    if (this == STEPS || passes <= 0) {
      return training;
    }
    // a fraction such as 10 / 1.1 must not lose a step to rounding in the ninth digit
    long steps = (long) Math.floor(planned / passes + 1e-9);
    // if a step costs less than one pass, more steps need more epochs
    int epochs = passes < 1 ? (int) Math.ceil(training.epochs() / passes) : training.epochs();
    return training.lasting(epochs, Math.max(1, steps));
  }

  /** The declared cost of a recipe, the sum over its components. */
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

  /** The parameters that a recipe trains: those of the model, or of its adapter. */
  public static List<ParameterSpec> trained(Recipe recipe, List<ParameterSpec> model) {
    return recipe.adapter().map(a -> a.create().bind(model).trainable()).orElse(model);
  }

  /**
   * The floats of state for each parameter of the model or its adapter, on average: those of the
   * declared cost, and slots of declared shapes.
   *
   * @param model the parameters of the model
   */
  public static double slots(Recipe recipe, List<ParameterSpec> model) {
    double optimizer = recipe.optimizer().traits().cost().slotsPerParameter();
    double others = cost(recipe).slotsPerParameter() - optimizer;
    List<ParameterSpec> trained = trained(recipe, model);
    return others + (double) optimizerFloats(recipe, trained) / Math.max(1, floats(trained));
  }

  /**
   * The floats of state of the optimizer, which keeps none for parameters that it does not train.
   * An upper bound where a wrapper moves parameters that its base does not.
   *
   * @param trainable the parameters that it is given
   */
  public static long optimizerFloats(Recipe recipe, List<ParameterSpec> trainable) {
    Optimizer optimizer = recipe.optimizer().create();
    List<ParameterSpec> trained = trainable.stream().filter(optimizer::trains).toList();
    double slots = recipe.optimizer().traits().cost().slotsPerParameter();
    return Math.round(floats(trained) * slots) + Slot.floats(recipe.optimizer(), trained);
  }

  private static long floats(List<ParameterSpec> parameters) {
    return parameters.stream().mapToLong(p -> p.shape().size()).sum();
  }

  @Override
  public String toString() {
    return word;
  }
}
