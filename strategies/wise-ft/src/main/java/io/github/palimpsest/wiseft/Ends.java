package io.github.palimpsest.wiseft;

import io.github.palimpsest.api.NearestName;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BinaryOperator;

/**
 * The two weights that a merger works between: theta0 before training and theta1 after it. What is
 * made of them is computed one tensor at a time when it is read, so that two tensors lie in memory
 * and not a third model.
 *
 * @param theta0 before
 * @param theta1 after
 * @param shapes of both
 */
record Ends(WeightSnapshot theta0, WeightSnapshot theta1, SortedMap<String, Shape> shapes) {
  /** Computes a tensor from the two of its name. */
  interface PerTensor {
    /** Given arrays of its own, either of which it may return. */
    float[] of(String name, float[] theta0, float[] theta1);
  }

  /**
   * @throws PalimpsestException if the two differ in a name or shape; names the tensor
   */
  Ends(WeightSnapshot theta0, WeightSnapshot theta1) {
    this(theta0, theta1, agreeing(theta0, theta1));
  }

  WeightSnapshot each(PerTensor f) {
    return WeightSnapshot.computed(
        shapes, name -> f.of(name, theta0.copy(name), theta1.copy(name)));
  }

  WeightSnapshot each(BinaryOperator<float[]> f) {
    return each((name, t0, t1) -> f.apply(t0, t1));
  }

  private static SortedMap<String, Shape> agreeing(WeightSnapshot theta0, WeightSnapshot theta1) {
    requireAll(theta0, theta1, "the starting weights");
    requireAll(theta1, theta0, "the trained weights");
    TreeMap<String, Shape> shapes = new TreeMap<>();
    for (String name : theta1.names()) {
      Shape shape = theta1.shape(name);
      if (!shape.equals(theta0.shape(name))) {
        throw new PalimpsestException(
            "weights cannot be merged: '"
                + name
                + "' has shape "
                + theta0.shape(name)
                + " before training and "
                + shape
                + " after it");
      }
      shapes.put(name, shape);
    }
    return shapes;
  }

  private static void requireAll(WeightSnapshot lacking, WeightSnapshot having, String which) {
    for (String name : having.names()) {
      if (!lacking.names().contains(name)) {
        throw new PalimpsestException(
            "weights cannot be merged: "
                + which
                + " have no tensor '"
                + name
                + "'"
                + NearestName.hint(name, lacking.names()));
      }
    }
  }
}
