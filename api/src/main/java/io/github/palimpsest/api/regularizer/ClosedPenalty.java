package io.github.palimpsest.api.regularizer;

import io.github.palimpsest.api.Experimental;
import io.github.palimpsest.api.component.Settings;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * The equation of a penalty once more, on the host and in double precision. A {@link
 * RegularizerProvider} may have this capability; the compatibility kit then compares the penalty of
 * the graph with it after one, two and four tasks (REG-15).
 *
 * <p>All arrays are in row-major order, as in checkpoints.
 */
@FunctionalInterface
@Experimental(since = "0.1")
public interface ClosedPenalty {
  /** A finished task. */
  interface Finished {
    /** The weights after its last step, by name. */
    Map<String, double[]> weights();

    /** Its mean squared gradient, by name. */
    Map<String, double[]> importance();
  }

  /**
   * The penalty at some weights.
   *
   * @param settings the resolved settings
   * @param weights the weights, by name
   * @param pretrained the weights before any training, by name
   * @param tasks the finished tasks, in order
   * @return empty if the equation is not written for these settings
   */
  OptionalDouble at(
      Settings settings,
      Map<String, double[]> weights,
      Map<String, double[]> pretrained,
      List<Finished> tasks);
}
