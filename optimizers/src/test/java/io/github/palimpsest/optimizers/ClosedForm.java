package io.github.palimpsest.optimizers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.testing.QuadraticModel;
import io.github.palimpsest.testing.TracedRun;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/** One tensor of a quadratic bowl {@code sum a w^2 / 2}, whose gradient is {@code a w}. */
record ClosedForm(String name, Shape shape, float[] a) {

  /** A vector that counts as a kernel. */
  static ClosedForm vector(float... a) {
    return new ClosedForm("w.weight", Shape.of(a.length), a);
  }

  /** A matrix {@code [rows, columns]} with the gradient w itself. */
  static ClosedForm matrix(long rows, long columns) {
    float[] a = new float[(int) (rows * columns)];
    Arrays.fill(a, 1);
    return new ClosedForm("w.weight", Shape.of(rows, columns), a);
  }

  QuadraticModel model() {
    return new QuadraticModel(
        Map.of(name, shape), Map.of(name, a), Map.of(name, new float[a.length]));
  }

  /** The steps of a recipe from w. */
  List<TracedRun.Step> steps(String recipe, int steps, float... w) {
    List<List<Example>> batches = new ArrayList<>();
    for (int t = 0; t < steps; t++) {
      batches.add(List.of(QuadraticModel.example("bowl/" + t)));
    }
    WeightSnapshot start = WeightSnapshot.of(Map.of(name, shape), Map.of(name, w));
    return TracedRun.of(model(), Recipes.optimizer(recipe), start, batches);
  }

  /** The weights after a recipe's steps from w. */
  float[] after(String recipe, int steps, float... w) {
    return steps(recipe, steps, w).get(steps - 1).after().get(name);
  }

  /**
   * Compares the weights after every step of a recipe on a matrix, from w.
   *
   * @param expected the matrix after a number of steps
   * @param tolerance of each element
   */
  void follows(
      String recipe, int steps, IntFunction<double[][]> expected, double tolerance, float... w) {
    List<TracedRun.Step> actual = steps(recipe, steps, w);
    int columns = Math.toIntExact(shape.get(1));
    for (int t = 1; t <= steps; t++) {
      double[][] matrix = expected.apply(t);
      float[] after = actual.get(t - 1).after().get(name);
      for (int i = 0; i < after.length; i++) {
        assertThat((double) after[i])
            .as("%s, element %d after step %d", recipe, i, t)
            .isCloseTo(matrix[i / columns][i % columns], within(tolerance));
      }
    }
  }
}
