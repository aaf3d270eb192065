package io.github.palimpsest.engine;

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
import io.github.palimpsest.api.optimizer.Evaluated;
import io.github.palimpsest.api.optimizer.Examples;
import io.github.palimpsest.api.optimizer.Gradients;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.StepContext;
import io.github.palimpsest.api.optimizer.Term;
import io.github.palimpsest.api.optimizer.Updates;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.ParameterSpec.Role;
import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.parameter.Weights;
import io.github.palimpsest.api.regularizer.BoundRegularizer;
import io.github.palimpsest.api.regularizer.LossPoint;
import io.github.palimpsest.engine.device.Device;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * Gradients with labels drawn from the model (CON-19), of a softmax regression {@code z = (w x, 0)}
 * whose examples have one to three predictions. With label y the derivative of a prediction's loss
 * is {@code (p - [y = 0]) x}, where p is the chance of class 0.
 */
@Tag("native")
final class SampledLabelsTest {
  private static final Set<Term> DATA = Set.of(Term.DATA);
  private static final float[][] X = {{1, -2}, {0.5f}, {3, -1.5f, 0.7f}, {-0.4f, 2}};
  private static final int B = 8;
  private static final double W = 0.4;

  /**
   * @param labelled whether passes have labels
   */
  private record Regression(boolean labelled) implements Model {
    @Override
    public List<ParameterSpec> parameters() {
      return List.of(new ParameterSpec("w", Shape.of(1), Role.KERNEL, 0));
    }

    @Override
    public List<InputSpec> inputs() {
      return List.of(
          new InputSpec("x", InputSpec.Type.FLOAT32, Shape.of(-1, -1)),
          new InputSpec("weight", InputSpec.Type.FLOAT32, Shape.of(-1, -1)));
    }

    @Override
    public Forward forward(Ops tf, Weights at, BatchTensors batch) {
      Operand<TFloat32> weight = batch.floats("weight");
      Operand<TFloat32> first =
          tf.expandDims(tf.math.mul(at.dense("w"), batch.floats("x")), tf.constant(2));
      Operand<TFloat32> z = tf.concat(List.of(first, tf.zerosLike(first)), tf.constant(2));
      Operand<TInt32> y = tf.onesLike(tf.dtypes.cast(weight, TInt32.class));
      Operand<TFloat32> given = tf.oneHot(y, tf.constant(2), tf.constant(1f), tf.constant(0f));
      // the runtime's gradient of logSoftmax is one of matrices
      Operand<TInt32> rows = tf.constant(new int[] {-1, 2});
      Operand<TFloat32> p = tf.nn.logSoftmax(tf.reshape(z, rows));
      Operand<TFloat32> chosen = tf.math.mul(tf.reshape(given, rows), p);
      Operand<TFloat32> nats =
          tf.math.neg(tf.reshape(tf.sum(chosen, tf.constant(1)), tf.shape(weight)));
      Forward pass =
          Forward.of(
                  tf.sum(tf.math.mul(weight, nats), tf.constant(1)),
                  tf.sum(weight, tf.constant(1)),
                  z)
              .weighing(weight);
      return labelled ? pass.predicting(y) : pass;
    }

    @Override
    public SortedMap<String, HostArray> batch(List<Example> examples) {
      int n = examples.size();
      int longest = examples.stream().mapToInt(Example::tokens).max().orElseThrow();
      float[] x = new float[n * longest];
      float[] weight = new float[n * longest];
      for (int i = 0; i < n; i++) {
        float[] own = X[Integer.parseInt(examples.get(i).id())];
        System.arraycopy(own, 0, x, i * longest, own.length);
        Arrays.fill(weight, i * longest, i * longest + own.length, 1);
      }
      return new TreeMap<>(
          Map.of(
              "x", new HostArray.Floats(x, n, longest),
              "weight", new HostArray.Floats(weight, n, longest)));
    }

    @Override
    public WeightSnapshot initialWeights(RandomGenerator rng) {
      return WeightSnapshot.of(Map.of("w", Shape.of(1)), Map.of("w", new float[] {(float) W}));
    }
  }

  private static List<Example> batch() {
    List<Example> all = new ArrayList<>();
    for (int i = 0; i < X.length; i++) {
      all.add(
          new Example(
              Integer.toString(i),
              X[i].length,
              new TreeMap<>(Map.of("row", new HostArray.Ints(new int[] {i})))));
    }
    return all;
  }

  /** What an optimizer asks in a step, as numbers of the shape of w. */
  private interface Question {
    List<Operand<TFloat32>> answers(StepContext c);
  }

  /** Keeps the answers in slots, and moves nothing. */
  private static Optimizer asking(Question question) {
    return c -> {
      List<Operand<TFloat32>> answers = question.answers(c);
      for (int i = 0; i < answers.size(); i++) {
        Operand<TFloat32> answer = answers.get(i);
        c.slots().old("answer" + i, c.params().tensors(), 0);
        c.slots()
            .next(
                "answer" + i,
                c.params().tensors().map(w -> c.tf().math.add(c.tf().zerosLike(w), answer)));
      }
      return new Updates(c.params().tensors().map(w -> c.tf().zerosLike(w)));
    };
  }

  private static StepGraph open(Seats seats, int accumulation, boolean labelled) {
    Model model = new Regression(labelled);
    return StepGraph.firstTask(
        model,
        model.initialWeights(new java.util.Random(1)),
        seats,
        new Training(1, 0, X.length, accumulation, 0),
        5,
        Device.CPU);
  }

  private static double[] answers(StepGraph graph, int step) {
    graph.step(batch(), step, 10_000);
    WeightSnapshot slots = graph.slots();
    return slots.names().stream().mapToDouble(n -> slots.copy(n)[0]).toArray();
  }

  private static Evaluated drawn(StepContext c, String stream, Examples of) {
    return c.oracle().at(c.params().withSampledLabels(stream), DATA, of);
  }

  private static Operand<TFloat32> gradient(Evaluated answer) {
    return answer.gradients().tensors().get("w");
  }

  private static double chance(double x) {
    return 1 / (1 + Math.exp(-W * x));
  }

  /** The gradient of the mean loss for one of the 2^B draws. */
  private static double gradient(int draw) {
    double sum = 0;
    int place = 0;
    for (float[] example : X) {
      for (float x : example) {
        sum += (chance(x) - (draw >> place++ & 1)) * x;
      }
    }
    return sum / B;
  }

  @Test
  void the_mean_of_B_times_its_square_is_the_diagonal_of_the_gauss_newton_matrix() {
    // exactly: the sum over all draws of their chance times B g^2 is 1/B sum p (1 - p) x^2
    double diagonal = 0;
    for (float[] example : X) {
      for (float x : example) {
        diagonal += chance(x) * (1 - chance(x)) * x * x / B;
      }
    }
    double[] possible = new double[1 << B];
    double expected = 0;
    double square = 0;
    for (int draw = 0; draw < possible.length; draw++) {
      double probability = 1;
      int place = 0;
      for (float[] example : X) {
        for (float x : example) {
          probability *= (draw >> place++ & 1) == 1 ? chance(x) : 1 - chance(x);
        }
      }
      possible[draw] = gradient(draw);
      double estimate = B * possible[draw] * possible[draw];
      expected += probability * estimate;
      square += probability * estimate * estimate;
    }
    assertThat(expected).as("by enumeration").isCloseTo(diagonal, within(1e-12));

    int steps = 2_000;
    double mean = 0;
    double estimates = 0;
    try (StepGraph graph =
        open(
            Seats.of(
                asking(c -> List.of(gradient(drawn(c, "test", Examples.ALL)), c.targetTokens()))),
            1,
            true)) {
      for (int step = 0; step < steps; step++) {
        double[] got = answers(graph, step);
        assertThat(Arrays.stream(possible).map(g -> Math.abs(g - got[0])).min().getAsDouble())
            .as("distance of %s from the gradient of some draw", got[0])
            .isLessThan(1e-6);
        assertThat(got[1]).as("target tokens").isEqualTo(B);
        mean += got[0] / steps;
        estimates += got[1] * got[0] * got[0] / steps;
      }
    }
    // three deviations of the mean of all draws; the seed is fixed
    double deviation = Math.sqrt((square - diagonal * diagonal) / steps);
    assertThat(estimates).as("mean of B g^2").isCloseTo(diagonal, within(3 * deviation));
    assertThat(mean).as("mean of g").isCloseTo(0, within(3 * Math.sqrt(diagonal / B / steps)));
  }

  @Test
  void draws_and_tokens_do_not_depend_on_the_cut_into_micro_batches_or_on_padding() {
    for (int step = 0; step < 5; step++) {
      double[] whole = null;
      for (int accumulation : new int[] {1, 2, 3, 4}) {
        try (StepGraph graph =
            open(
                Seats.of(
                    asking(
                        c ->
                            List.of(
                                c.targetTokens(),
                                gradient(drawn(c, "a", Examples.ALL)),
                                gradient(drawn(c, "a", Examples.ALL.part(1, 2)))))),
                accumulation,
                true)) {
          double[] got = answers(graph, step);
          whole = whole == null ? got : whole;
          assertThat(got).as("%d micro-batches", accumulation).containsExactly(whole, within(1e-6));
          assertThat(got[0]).as("target tokens").isEqualTo(B);
        }
      }
    }
  }

  @Test
  void shares_times_gradients_of_parts_are_the_gradient_of_the_same_draw() {
    for (int accumulation : new int[] {1, 3}) {
      try (StepGraph graph =
          open(
              Seats.of(
                  asking(
                      c -> {
                        Ops tf = c.tf();
                        Evaluated one = drawn(c, "a", Examples.ALL.part(0, 2));
                        Evaluated two = drawn(c, "a", Examples.ALL.part(1, 2));
                        return List.of(
                            gradient(drawn(c, "a", Examples.ALL)),
                            tf.math.add(
                                tf.math.mul(one.share(), gradient(one)),
                                tf.math.mul(two.share(), gradient(two))),
                            gradient(drawn(c, "b", Examples.ALL)));
                      })),
              accumulation,
              true)) {
        int others = 0;
        for (int step = 0; step < 8; step++) {
          double[] got = answers(graph, step);
          assertThat(got[1]).as("step %d", step).isCloseTo(got[0], within(1e-6));
          others += Math.abs(got[2] - got[0]) > 1e-4 ? 1 : 0;
        }
        assertThat(others).as("steps in which another stream draws otherwise").isGreaterThan(4);
      }
    }
  }

  @Test
  void given_labels_are_as_before_next_to_drawn_ones() {
    double given = gradient(0); // all are of class 1
    for (int accumulation : new int[] {1, 2}) {
      try (StepGraph graph =
          open(
              Seats.of(
                  asking(
                      c ->
                          List.of(
                              gradient(c.oracle().at(c.params(), DATA)),
                              gradient(drawn(c, "a", Examples.ALL)),
                              gradient(c.oracle().at(c.params(), DATA))))),
              accumulation,
              true)) {
        double[] got = answers(graph, 3);
        assertThat(got[0]).as("1/B sum p x").isCloseTo(given, within(1e-6));
        assertThat(got[2]).as("asked again").isCloseTo(given, within(1e-6));
        assertThat(graph.optimizerPasses(0)).as("passes").isEqualTo(3);
      }
    }
  }

  /** Lets no gradient through. */
  private record Nothing(Ops tf) implements BoundRegularizer {
    @Override
    public Operand<TFloat32> penalty(LossPoint point) {
      return tf.constant(0f);
    }

    @Override
    public Gradients constrained(Gradients g) {
      return new Gradients(g.tensors().map(x -> tf.zerosLike(x)));
    }
  }

  @Test
  void a_constraint_leaves_the_gradient_of_drawn_labels_as_it_is() {
    Optimizer optimizer =
        asking(
            c ->
                List.of(
                    gradient(c.oracle().at(c.params(), DATA)),
                    gradient(drawn(c, "a", Examples.ALL))));
    Seats seats =
        new Seats(
            optimizer,
            Optional.empty(),
            new TreeMap<>(Map.of("nothing", site -> new Nothing(site.tf()))),
            Optional.empty(),
            List.of());
    try (StepGraph graph = open(seats, 1, true);
        StepGraph free = open(Seats.of(optimizer), 1, true)) {
      double[] got = answers(graph, 0);
      assertThat(got[0]).as("constrained").isZero();
      assertThat(got[1]).as("free").isNotZero().isEqualTo(answers(free, 0)[1]);
    }
  }

  @Test
  void a_remembering_oracle_tells_drawn_labels_from_given_ones() {
    try (StepGraph graph =
        open(
            Seats.of(
                asking(
                    c -> {
                      var oracle = c.oracle().remembering();
                      Params point = c.params();
                      return List.of(
                          gradient(oracle.at(point, DATA)),
                          gradient(oracle.at(point.withSampledLabels("a"), DATA)),
                          gradient(oracle.at(point.withSampledLabels("a"), DATA)));
                    })),
            1,
            true)) {
      assertThat(graph.optimizerPasses(0)).as("passes").isEqualTo(2);
    }
  }

  @Test
  void a_model_without_labels_is_refused_when_the_graph_is_built() {
    assertThatThrownBy(
            () ->
                open(
                    Seats.of(asking(c -> List.of(gradient(drawn(c, "a", Examples.ALL))))),
                    1,
                    false))
        .isInstanceOf(RuleViolationException.class)
        .hasMessageContaining("labels drawn from the model")
        .hasMessageContaining("rule sampled-labels");
  }
}
