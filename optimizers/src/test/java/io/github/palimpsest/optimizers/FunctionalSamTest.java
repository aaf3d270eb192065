package io.github.palimpsest.optimizers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.api.RuleViolationException;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.model.BatchTensors;
import io.github.palimpsest.api.model.Forward;
import io.github.palimpsest.api.model.InputSpec;
import io.github.palimpsest.api.model.Model;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.ParameterSpec.Role;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.parameter.Weights;
import io.github.palimpsest.engine.Seats;
import io.github.palimpsest.engine.StepGraph;
import io.github.palimpsest.engine.Training;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.testing.TracedRun;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** Functional SAM on a softmax regression with the factored weight u v, worked out by hand. */
@Tag("native")
final class FunctionalSamTest {
  private static final float[] X = {1, -2, 0.5f, 3};
  private static final int[] Y = {0, 1, 1, 0};
  private static final float[] TOKENS = {1, 2, 3, 1};
  private static final double U = 0.7;
  private static final double V = -0.4;

  /** Logits {@code (u v x, 0)} of two classes, and their cross-entropy. */
  private record Factored(boolean labelled) implements Model {
    @Override
    public List<ParameterSpec> parameters() {
      return List.of(
          new ParameterSpec("u.weight", Shape.of(1), Role.KERNEL, 0),
          new ParameterSpec("v.weight", Shape.of(1), Role.KERNEL, 0));
    }

    @Override
    public List<InputSpec> inputs() {
      return List.of(
          new InputSpec("x", InputSpec.Type.FLOAT32, Shape.of(-1)),
          new InputSpec("y", InputSpec.Type.INT32, Shape.of(-1)),
          new InputSpec("weight", InputSpec.Type.FLOAT32, Shape.of(-1)));
    }

    @Override
    public Forward forward(Ops tf, Weights at, BatchTensors batch) {
      Operand<TFloat32> weight = batch.floats("weight");
      Operand<TInt32> y = batch.ints("y");
      Operand<TFloat32> slope = tf.math.mul(at.dense("u.weight"), at.dense("v.weight"));
      Operand<TFloat32> first = tf.math.mul(slope, batch.floats("x"));
      Operand<TFloat32> z =
          tf.concat(
              List.of(
                  tf.expandDims(first, tf.constant(1)),
                  tf.expandDims(tf.zerosLike(first), tf.constant(1))),
              tf.constant(1));
      Operand<TFloat32> target = tf.oneHot(y, tf.constant(2), tf.constant(1f), tf.constant(0f));
      Operand<TFloat32> nats =
          tf.math.neg(tf.sum(tf.math.mul(target, tf.nn.logSoftmax(z)), tf.constant(1)));
      Forward pass = Forward.of(tf.math.mul(weight, nats), weight, z);
      return labelled ? pass.predicting(y) : pass;
    }

    @Override
    public SortedMap<String, HostArray> batch(List<Example> examples) {
      int n = examples.size();
      float[] x = new float[n];
      int[] y = new int[n];
      float[] weight = new float[n];
      for (int i = 0; i < n; i++) {
        int row = Integer.parseInt(examples.get(i).id());
        x[i] = X[row];
        y[i] = Y[row];
        weight[i] = TOKENS[row];
      }
      return new TreeMap<>(
          Map.of(
              "x", new HostArray.Floats(x, n),
              "y", new HostArray.Ints(y, n),
              "weight", new HostArray.Floats(weight, n)));
    }

    @Override
    public WeightSnapshot initialWeights(RandomGenerator rng) {
      return WeightSnapshot.of(
          Map.of("u.weight", Shape.of(1), "v.weight", Shape.of(1)),
          Map.of("u.weight", new float[] {(float) U}, "v.weight", new float[] {(float) V}));
    }
  }

  private static StepGraph open(Model model, String recipe, int accumulation) {
    return StepGraph.firstTask(
        model,
        model.initialWeights(new java.util.Random(1)),
        Seats.of(Recipes.optimizer(recipe)),
        new Training(1, 0, X.length, accumulation, 0),
        7,
        Device.CPU);
  }

  private static List<Example> batch() {
    List<Example> all = new ArrayList<>();
    for (int i = 0; i < X.length; i++) {
      all.add(
          new Example(
              Integer.toString(i),
              1,
              new TreeMap<>(Map.of("row", new HostArray.Ints(new int[] {i})))));
    }
    return all;
  }

  @Test
  void it_holds_the_derivative_by_the_logits_while_the_weights_climb() {
    // c = dL/dz0 of each example at (u, v), and z0 = u v x: dz0/du = v x and dz0/dv = u x
    double slope = 0;
    double loss = 0;
    for (int i = 0; i < X.length; i++) {
      double p = 1 / (1 + Math.exp(-U * V * X[i]));
      slope += TOKENS[i] / 7 * (p - (Y[i] == 0 ? 1 : 0)) * X[i];
      loss -= TOKENS[i] / 7 * Math.log(Y[i] == 0 ? p : 1 - p);
    }
    double length = Math.hypot(slope * V, slope * U);
    double u = U + 0.3 * slope * V / length;
    double v = V + 0.3 * slope * U / length;
    for (int accumulation : new int[] {1, 3}) {
      try (StepGraph graph =
          open(new Factored(true), "functional-sam(rho=0.3, base=sgd(lr=0.1))", accumulation)) {
        assertThat(graph.step(batch(), 0, 1)).as("the loss").isCloseTo(loss, within(1e-6));
        assertThat(graph.trainable().copy("u.weight")[0])
            .as("u - lr c (v + e_v) x, %d micro-batches", accumulation)
            .isCloseTo((float) (U - 0.1 * slope * v), within(1e-6f));
        assertThat(graph.trainable().copy("v.weight")[0])
            .as("v - lr c (u + e_u) x, %d micro-batches", accumulation)
            .isCloseTo((float) (V - 0.1 * slope * u), within(1e-6f));
      }
    }
  }

  @Test
  void a_model_that_does_not_give_the_derivative_is_refused_when_the_graph_is_built() {
    assertThatThrownBy(() -> open(new Factored(false), "functional-sam", 1))
        .isInstanceOf(RuleViolationException.class)
        .hasMessageContaining("neither the labels of its logits nor that")
        .hasMessageContaining("rule logit-gradient");
  }

  @Test
  void the_preconditioned_ascent_is_divided_by_the_root_of_the_mean_square_of_the_base() {
    List<TracedRun.Step> steps =
        ClosedForm.vector(1, 4)
            .steps("functional-sam(rho=0.3, precondition=true, base=adamw(lr=0.1))", 2, 1, 1);
    float[] p = steps.get(0).calls().get(1).gradient().get("w.weight");
    TracedRun.Step second = steps.get(1);
    float[] g = second.calls().get(0).gradient().get("w.weight");
    double[] e = new double[2];
    for (int i = 0; i < 2; i++) {
      e[i] = g[i] / (Math.sqrt(0.001 * p[i] * p[i]) + 1e-8);
    }
    double length = Math.hypot(e[0], e[1]);
    for (int i = 0; i < 2; i++) {
      double found =
          second.calls().get(1).point().get("w.weight")[i]
              - second.calls().get(0).point().get("w.weight")[i];
      assertThat(found)
          .as("rho M^-1 g / |M^-1 g| with v = 0.001 p^2, element %d", i)
          .isCloseTo(0.3 * e[i] / length, within(2e-5));
    }
  }
}
