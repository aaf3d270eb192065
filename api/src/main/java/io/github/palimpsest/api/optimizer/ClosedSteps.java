package io.github.palimpsest.api.optimizer;

import io.github.palimpsest.api.Experimental;
import io.github.palimpsest.api.component.Settings;
import io.github.palimpsest.api.parameter.ParameterSpec;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * The equation of an optimizer once more, on the host and in double precision. An {@link
 * OptimizerProvider} may have this capability; the compatibility kit then compares each step of the
 * graph with it (OPT-14), and finds a bias correction that is off by one, decay that is applied
 * twice, or a setting that has no effect.
 *
 * <p>All arrays are in row-major order, as in checkpoints. In the kit the step has one target
 * token, and labels drawn from the model are the given ones.
 */
@Experimental(since = "0.1")
public interface ClosedSteps {
  /**
   * Begins a training.
   *
   * @param settings the resolved settings
   * @param parameters the trained parameters
   * @param totalSteps the number of steps of the task
   */
  Training begin(Settings settings, List<ParameterSpec> parameters, long totalSteps);

  /** One training; it may keep state between steps. */
  @FunctionalInterface
  interface Training {
    /**
     * The weights after the next step.
     *
     * @param step steps done
     * @param weights the weights before the step, by name; not to be changed
     * @param gradient the gradient of the objective at any weights
     */
    Map<String, double[]> next(
        long step, Map<String, double[]> weights, UnaryOperator<Map<String, double[]>> gradient);
  }
}
