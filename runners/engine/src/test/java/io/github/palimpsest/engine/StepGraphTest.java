package io.github.palimpsest.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.optimizer.Gradients;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.StepContext;
import io.github.palimpsest.api.optimizer.Updates;
import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.regularizer.BoundRegularizer;
import io.github.palimpsest.api.regularizer.LossPoint;
import io.github.palimpsest.api.regularizer.Regularizer;
import io.github.palimpsest.api.regularizer.RegularizerSite;
import io.github.palimpsest.engine.batch.RehearsedFeed;
import io.github.palimpsest.engine.batch.RehearsedRows;
import io.github.palimpsest.engine.batch.Towers;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.engine.device.Placement;
import io.github.palimpsest.engine.divergence.NonFiniteLossException;
import io.github.palimpsest.engine.weights.Compute;
import io.github.palimpsest.engine.weights.ParameterStore;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

@Tag("native")
class StepGraphTest {
  private static final float LR = 0.1f;
  private static final float RHO = 0.5f;

  /** Four examples of unequal weight, as target lengths would be. */
  private static final List<Example> EXAMPLES =
      List.of(
          LinearModel.example("a", 1, 1, 0, 2),
          LinearModel.example("b", 7, 0, 1, -1),
          LinearModel.example("c", 2, 1, 1, 0.5f),
          LinearModel.example("d", 3, -1, 2, 1));

  private static final Optimizer SGD = c -> descend(c, c.oracle().gradient(c.params()));

  /** {@code g(w + rho g / |g|)}. */
  private static final Optimizer SAM =
      c -> {
        Tensors g = c.oracle().gradient(c.params()).tensors();
        Operand<TFloat32> scale = c.tf().math.div(c.tf().constant(RHO), g.norm(c.tf()));
        Params ascended = Params.of(c.params().tensors().plus(c.tf(), g.scale(c.tf(), scale)));
        return descend(c, c.oracle().gradient(ascended));
      };

  /** {@code strength * sum(w^2)}, which does not look at the batch. */
  private static final Regularizer SQUARES =
      site ->
          new BoundRegularizer() {
            @Override
            public Operand<TFloat32> penalty(LossPoint p) {
              return p.at().tensors().dot(site.tf(), p.at().tensors());
            }
          };

  /** The mean logit, which does. */
  private static final class MeanLogit implements Regularizer {
    @Override
    public BoundRegularizer bind(RegularizerSite site) {
      Ops tf = site.tf();
      return point ->
          tf.math.div(
              tf.sum(
                  tf.math.mul(
                      point.forward().weightPerExample(),
                      tf.reshape(point.forward().logits(), tf.constant(new int[] {-1}))),
                  tf.constant(0)),
              tf.sum(point.forward().weightPerExample(), tf.constant(0)));
    }
  }

  private static Updates descend(StepContext c, Gradients g) {
    return new Updates(g.tensors().scale(c.tf(), c.tf().constant(-LR)));
  }

  private static float[] after(Seats strategy, Training training, int steps) {
    try (StepGraph graph =
        StepGraph.firstTask(
            new LinearModel(), LinearModel.weights(1, -2), strategy, training, 7, Device.CPU)) {
      for (int s = 0; s < steps; s++) {
        graph.step(EXAMPLES, s, steps);
      }
      return graph.trainable().copy(LinearModel.W);
    }
  }

  private static Training micro(int accumulation) {
    return new Training(1, 0, 4, accumulation, 0);
  }

  /** The closed-form gradient of the weighted mean of {@code n (x.w - y)^2 / 2}. */
  private static double[] gradient(double w0, double w1) {
    double[][] rows = {{1, 1, 0, 2}, {7, 0, 1, -1}, {2, 1, 1, 0.5}, {3, -1, 2, 1}};
    double g0 = 0;
    double g1 = 0;
    double n = 0;
    for (double[] r : rows) {
      double error = r[1] * w0 + r[2] * w1 - r[3];
      g0 += r[0] * error * r[1];
      g1 += r[0] * error * r[2];
      n += r[0];
    }
    return new double[] {g0 / n, g1 / n};
  }

  @Test
  void plain_descent_takes_the_closed_form_step() {
    double[] g = gradient(1, -2);
    assertThat(after(Seats.of(SGD), micro(1), 1))
        .as("w - lr g")
        .containsExactly(
            new float[] {(float) (1 - LR * g[0]), (float) (-2 - LR * g[1])}, within(1e-6f));
  }

  @Test
  void the_second_gradient_is_taken_at_the_perturbed_point_within_one_run() {
    double[] g = gradient(1, -2);
    double norm = Math.hypot(g[0], g[1]);
    double[] at = gradient(1 + RHO * g[0] / norm, -2 + RHO * g[1] / norm);
    assertThat(after(Seats.of(SAM), micro(1), 1))
        .as("w - lr g(w + rho g / |g|)")
        .containsExactly(
            new float[] {(float) (1 - LR * at[0]), (float) (-2 - LR * at[1])}, within(1e-6f));
  }

  @Test
  void micro_batches_of_unequal_length_equal_one_batch_for_descent() {
    assertThat(after(Seats.of(SGD), micro(4), 5))
        .containsExactly(after(Seats.of(SGD), micro(1), 5), within(1e-6f));
  }

  @Test
  void micro_batches_of_unequal_length_equal_one_batch_for_ascent_and_descent() {
    assertThat(after(Seats.of(SAM), micro(4), 5))
        .containsExactly(after(Seats.of(SAM), micro(1), 5), within(1e-6f));
    assertThat(after(Seats.of(SAM), micro(3), 5))
        .containsExactly(after(Seats.of(SAM), micro(1), 5), within(1e-6f));
  }

  @Test
  void micro_batches_add_a_penalty_once_whether_or_not_it_looks_at_the_batch() {
    Seats both = Seats.of(SAM).with("squares", SQUARES).with("logit", new MeanLogit());
    assertThat(after(both, micro(4), 3)).containsExactly(after(both, micro(1), 3), within(1e-6f));
    assertThat(after(both, micro(1), 3)).isNotEqualTo(after(Seats.of(SAM), micro(1), 3));
  }

  @Test
  void a_parameter_that_the_loss_does_not_reach_gets_a_zero_gradient_and_keeps_its_bits() {
    try (StepGraph graph =
        StepGraph.firstTask(
            new LinearModel(),
            LinearModel.weights(1, -2),
            Seats.of(SAM),
            micro(1),
            7,
            Device.CPU)) {
      graph.step(EXAMPLES, 0, 1);
      assertThat(graph.trainable().copy(LinearModel.IDLE)).containsExactly(1, 2, 3);
    }
  }

  @Test
  void a_snapshot_does_not_move_when_training_goes_on() {
    try (StepGraph graph =
        StepGraph.firstTask(
            new LinearModel(),
            LinearModel.weights(1, -2),
            Seats.of(SGD),
            micro(1),
            7,
            Device.CPU)) {
      var before = graph.trainable();
      float[] copy = before.copy(LinearModel.W);
      graph.step(EXAMPLES, 0, 1);
      assertThat(before.copy(LinearModel.W)).containsExactly(copy);
      assertThat(graph.trainable().copy(LinearModel.W)).isNotEqualTo(copy);
    }
  }

  @Test
  void a_loss_that_is_not_finite_names_the_step_and_the_task() {
    try (StepGraph graph =
        StepGraph.firstTask(
            new LinearModel(),
            LinearModel.weights(1, -2),
            Seats.of(SGD),
            micro(2),
            7,
            Device.CPU)) {
      List<Example> poisoned =
          List.of(EXAMPLES.get(0), LinearModel.example("nan", 1, Float.NaN, 0, 0));
      assertThatThrownBy(() -> graph.step(poisoned, 4, 9))
          .isInstanceOf(NonFiniteLossException.class)
          .hasMessageContaining("step 5 of task 1");
    }
  }

  @Test
  void an_optimizer_that_drops_a_parameter_is_refused_by_rule() {
    Optimizer drops =
        c ->
            new Updates(
                Tensors.of(
                    java.util.Map.of(
                        LinearModel.W,
                        c.oracle().gradient(c.params()).tensors().get(LinearModel.W))));
    assertThatThrownBy(() -> after(Seats.of(drops), micro(1), 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("OPT-01")
        .hasMessageContaining(LinearModel.IDLE);
  }

  @Test
  void the_graph_is_placed_on_the_chosen_device() {
    for (Device device : List.of(Device.CPU, Device.parse("gpu:1"))) {
      assertThat(devicesOf(device))
          .as("devices of a step graph built for %s", device)
          .containsExactly(device.gpu() ? "/device:GPU:1" : "/device:CPU:0");
    }
  }

  /** Builds without running: the ops of the forward pass and all variables say where they go. */
  private static Set<String> devicesOf(Device device) {
    try (org.tensorflow.Graph graph = new org.tensorflow.Graph()) {
      Ops tf = device.place(graph);
      ParameterStore store = new ParameterStore(tf);
      LinearModel model = new LinearModel();
      BatchFeed batch = new BatchFeed(tf, model);
      Params params =
          Params.of(
              Tensors.of(
                  java.util.Map.of(
                      LinearModel.W,
                      store.variable(
                          LinearModel.W, io.github.palimpsest.api.parameter.Shape.of(2, 1), 0))));
      Objective objective =
          new Objective(
              tf,
              Towers.one(model),
              java.util.Optional.empty(),
              null,
              Compute.FLOAT32,
              Placement.SINGLE,
              List.of(),
              batch,
              Objective.Rehearsed.none(
                  new RehearsedRows(tf, new RehearsedFeed(tf, e -> 0), 0, null, null)));
      objective.at(params).lossSum();
      Set<String> devices = new TreeSet<>();
      graph.operations().forEachRemaining((GraphOperation op) -> devices.add(op.device()));
      return devices;
    }
  }
}
