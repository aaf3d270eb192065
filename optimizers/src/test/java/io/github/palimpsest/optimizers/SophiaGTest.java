package io.github.palimpsest.optimizers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.api.RuleViolationException;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.engine.Seats;
import io.github.palimpsest.engine.StepGraph;
import io.github.palimpsest.engine.Training;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.testing.QuadraticModel;
import io.github.palimpsest.testing.TracedRun;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Sophia-G where the drawn labels are the given ones and B is 1, so that the estimate is {@code
 * g^2}. SampledLabelsTest compares the mean of {@code B g'^2} with the Gauss-Newton diagonal.
 */
@Tag("native")
final class SophiaGTest {
  private static final String RECIPE =
      "sophia-g(lr=0.1, beta1=0.5, beta2=0.75, gamma=2, k=2, weight-decay=0.25)";

  @Test
  void it_divides_the_momentum_by_the_curvature_of_every_kth_step_and_clips_it() {
    double[] a = {1, 4};
    List<TracedRun.Step> steps = ClosedForm.vector(1, 4).steps(RECIPE, 3, 1, 1);
    double[] w = {1, 1};
    double[] m = new double[2];
    double[] h = new double[2];
    boolean clipped = false;
    boolean free = false;
    for (int t = 0; t < 3; t++) {
      for (int i = 0; i < 2; i++) {
        double g = a[i] * w[i];
        m[i] = 0.5 * m[i] + 0.5 * g;
        h[i] = t % 2 == 0 ? 0.75 * h[i] + 0.25 * g * g : h[i];
        double d = m[i] / Math.max(2 * h[i], 1e-12);
        clipped |= d > 1;
        free |= d < 1;
        w[i] -= 0.1 * (Math.min(d, 1) + 0.25 * w[i]);
        assertThat((double) steps.get(t).after().get("w.weight")[i])
            .as("step %d, element %d", t, i)
            .isCloseTo(w[i], within(1e-6));
      }
      assertThat(steps.get(t).calls()).as("passes of step %d", t).hasSize(t % 2 == 0 ? 2 : 1);
    }
    assertThat(clipped && free).as("some elements are clipped, and some are not").isTrue();
  }

  @Test
  void an_element_without_curvature_takes_a_step_of_the_learning_rate() {
    float[] after =
        ClosedForm.vector(1e-5f, 0).after("sophia-g(lr=0.1, beta1=0, weight-decay=0)", 1, 1, 1);
    // m / max(gamma h, eps) = 1e-5 / 1e-12, clipped to 1; without a gradient nothing moves
    assertThat(after).containsExactly(new float[] {0.9f, 1}, within(1e-6f));
  }

  @Test
  void it_makes_one_pass_more_every_kth_step() {
    Optimizer optimizer = Recipes.optimizer("sophia-g(k=5)");
    assertThat(Recipes.passes("sophia-g(k=5)")).isEqualTo(1.2);
    try (StepGraph graph = EngineRun.open("sophia-g(k=5)", 1)) {
      for (int t = 0; t < 11; t++) {
        assertThat(graph.optimizerPasses(optimizer.phaseOf(0, t, 11)))
            .as("passes of step %d", t)
            .isEqualTo(t % 5 == 0 ? 2 : 1);
      }
    }
  }

  @Test
  void a_loss_that_is_not_of_labels_is_refused_before_the_first_step() {
    Map<String, Shape> shapes = Map.of("w.weight", Shape.of(2));
    QuadraticModel bowl =
        new QuadraticModel(
            shapes, Map.of("w.weight", new float[] {1, 2}), Map.of("w.weight", new float[2]));
    assertThatThrownBy(
            () ->
                StepGraph.firstTask(
                    bowl,
                    bowl.initialWeights(new Random(1)),
                    Seats.of(Recipes.optimizer("sophia-g")),
                    Training.epochs(1, 1),
                    7,
                    Device.CPU))
        .isInstanceOf(RuleViolationException.class)
        .hasMessageContaining("rule sampled-labels");
  }
}
