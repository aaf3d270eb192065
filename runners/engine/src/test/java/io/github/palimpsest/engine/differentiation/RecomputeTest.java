package io.github.palimpsest.engine.differentiation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.api.parameter.ForwardingWeights;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.ParameterSpec.Role;
import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.parameter.Weights;
import io.github.palimpsest.engine.weights.Compute;
import io.github.palimpsest.engine.weights.DenseWeights;
import io.github.palimpsest.engine.weights.HostTensors;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * {@code loss = v o sigmoid(o)}, {@code o = tanh(u tanh(x))}, all of one number, with a boundary
 * behind {@code u tanh(x)}, times 1 for {@code o > -u}, which has no gradient.
 */
@Tag("native")
class RecomputeTest {
  private static final double X = 0.5;
  private static final double U = 0.8;
  private static final double V = -1.5;

  private static final List<Recompute> KINDS =
      List.of(Recompute.NOTHING, Recompute.WIDE, Recompute.ACTIVATIONS, Recompute.LAYERS);

  private static final Set<String> SIZES = Set.of("Shape", "Rank", "Size");

  /** What came of differentiating it. */
  private record Outcome(double du, double dv, Set<String> readAgain) {}

  private static Outcome differentiated(Recompute recompute) {
    return differentiated(recompute, Compute.FLOAT32);
  }

  private static Outcome differentiated(Recompute recompute, Compute compute) {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Params point =
          Params.of(Tensors.of(Map.of("u", scalar(tf, "u", U), "v", scalar(tf, "v", V))));
      Segments at = new Segments(tf, new DenseWeights(tf, point.tensors(), compute), recompute);
      Operand<TFloat32> inner = tf.math.tanh(scalar(tf, "x", X));
      Operand<TFloat32> between = at.boundary(at.matMul(inner, "u"));
      Operand<TFloat32> outer = tf.math.tanh(between);
      Operand<TFloat32> below = tf.math.neg(at.dense("u"));
      Operand<TFloat32> one = tf.dtypes.cast(tf.math.greater(outer, below), TFloat32.class);
      Operand<TFloat32> more = tf.math.mul(one, tf.math.mul(outer, tf.math.sigmoid(outer)));
      Operand<TFloat32> loss = tf.reshape(at.matMul(more, "v"), tf.constant(new int[0]));
      List<Operand<TFloat32>> activations = List.of(outer, more);
      List<Integer> readers = activations.stream().map(RecomputeTest::readers).toList();

      Tensors gradients =
          Differentiation.derivatives(graph, tf, loss, point, List.of(), at.cuts())
              .gradients()
              .tensors();

      Set<String> again =
          activations.stream()
              .filter(a -> readers(a) > readers.get(activations.indexOf(a)))
              .map(a -> a.op().type())
              .collect(Collectors.toSet());
      try (Session session = new Session(graph);
          Result result =
              session.runner().fetch(gradients.get("u")).fetch(gradients.get("v")).run()) {
        return new Outcome(
            HostTensors.floats(result.get(0))[0], HostTensors.floats(result.get(1))[0], again);
      }
    }
  }

  /** Of its values, not of its shape. */
  private static int readers(Operand<?> value) {
    return (int)
        ((GraphOperation) value.op())
            .consumers().stream().filter(c -> !SIZES.contains(c.type())).count();
  }

  private static Operand<TFloat32> scalar(Ops tf, String name, double value) {
    return tf.withName(name).identity(tf.constant(new float[][] {{(float) value}}));
  }

  @Test
  void the_gradient_is_that_of_the_closed_form() {
    double h = U * Math.tanh(X);
    double o = Math.tanh(h);
    double s = 1 / (1 + Math.exp(-o));
    double dv = o * s;
    double du = V * (s + o * s * (1 - s)) * (1 - o * o) * Math.tanh(X);
    for (Recompute recompute : KINDS) {
      Outcome found = differentiated(recompute);
      assertThat(found.dv()).as("dv, %s", recompute).isCloseTo(dv, within(1e-6));
      assertThat(found.du()).as("du, %s", recompute).isCloseTo(du, within(1e-6));
    }
  }

  @Test
  void products_of_rounded_factors_have_the_same_gradient_however_much_is_computed_anew() {
    Outcome kept = differentiated(Recompute.NOTHING, Compute.BFLOAT16);
    assertThat(kept.du()).isNotZero();
    for (Recompute recompute : KINDS) {
      Outcome found = differentiated(recompute, Compute.BFLOAT16);
      assertThat(found.dv()).as("dv, %s", recompute).isEqualTo(kept.dv());
      assertThat(found.du()).as("du, %s", recompute).isEqualTo(kept.du());
    }
  }

  @Test
  void what_is_computed_anew_is_not_kept_for_the_gradient() {
    assertThat(differentiated(Recompute.NOTHING).readAgain())
        .containsExactlyInAnyOrder("Tanh", "Mul");
    assertThat(differentiated(Recompute.ACTIVATIONS).readAgain()).isEmpty();
  }

  /** Which of two values a gradient reads: tanh of three columns, and of the one made of them. */
  private static Set<String> read(Recompute recompute) {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Operand<TFloat32> widening = tf.identity(tf.constant(new float[][] {{1, 2, 3}}));
      Operand<TFloat32> narrowing = tf.identity(tf.constant(new float[][] {{1}, {2}, {3}}));
      Params point =
          Params.of(Tensors.of(Map.of("u", widening, "v", narrowing, "w", scalar(tf, "w", V))));
      Segments at = new Segments(tf, new DenseWeights(tf, point.tensors()), recompute);
      Operand<TFloat32> wide = tf.math.tanh(at.matMul(at.boundary(scalar(tf, "x", X)), "u"));
      Operand<TFloat32> narrow = tf.math.tanh(at.matMul(wide, "v"));
      Operand<TFloat32> loss = tf.reshape(at.matMul(narrow, "w"), tf.constant(new int[0]));
      Map<String, Operand<TFloat32>> values = Map.of("wide", wide, "narrow", narrow);
      Map<String, Integer> before = new TreeMap<>();
      values.forEach((name, value) -> before.put(name, readers(value)));
      Differentiation.derivatives(graph, tf, loss, point, List.of(), at.cuts());
      before.entrySet().removeIf(e -> readers(values.get(e.getKey())) == e.getValue());
      return before.keySet();
    }
  }

  @Test
  void what_is_no_wider_than_layers_hand_on_can_be_kept_alone() {
    assertThat(read(Recompute.NOTHING)).containsExactly("narrow", "wide");
    assertThat(read(Recompute.WIDE)).containsExactly("narrow");
    assertThat(read(Recompute.ACTIVATIONS)).isEmpty();
  }

  /** Of a slice of {@code x W + (x a) b}, twice, whose gradient needs no product with W. */
  private static long productsWithAnAdaptedKernel(Recompute recompute) {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Params point =
          Params.of(Tensors.of(Map.of("a", scalar(tf, "a", U), "b", scalar(tf, "b", V))));
      Weights frozen = new DenseWeights(tf, Tensors.of(Map.of("w", scalar(tf, "w", X))));
      Segments at =
          new Segments(
              tf,
              new ForwardingWeights() {
                @Override
                public Weights weights() {
                  return frozen;
                }

                @Override
                public Operand<TFloat32> matMul(Operand<TFloat32> x, String kernel) {
                  Operand<TFloat32> a = point.tensors().get("a");
                  Operand<TFloat32> b = point.tensors().get("b");
                  return tf.slice(
                      tf.math.add(
                          frozen.matMul(x, kernel), tf.linalg.matMul(tf.linalg.matMul(x, a), b)),
                      tf.constant(new int[] {0, 0}),
                      tf.constant(new int[] {-1, 1}));
                }
              },
              recompute);
      Operand<TFloat32> first = at.matMul(tf.math.tanh(scalar(tf, "x", X)), "w");
      Operand<TFloat32> second = at.matMul(tf.math.tanh(first), "w");
      Operand<TFloat32> loss = tf.reshape(second, tf.constant(new int[0]));
      Differentiation.derivatives(graph, tf, loss, point, List.of(), at.cuts());
      return ((GraphOperation) frozen.dense("w").op())
          .consumers().stream().filter(c -> c.type().equals("MatMul")).count();
    }
  }

  @Test
  void what_an_adapter_adds_to_is_not_computed_anew() {
    long forwardAndBack = 2 + 1;
    for (Recompute recompute : KINDS) {
      assertThat(productsWithAnAdaptedKernel(recompute))
          .as("%s", recompute)
          .isEqualTo(forwardAndBack);
    }
  }

  @Test
  void by_itself_it_is_for_large_models() {
    assertThat(ofSide(1 << 15)).isEqualTo(Recompute.ACTIVATIONS);
    assertThat(ofSide(1 << 13)).isEqualTo(Recompute.WIDE);
    assertThat(ofSide((1 << 13) - 1)).isEqualTo(Recompute.NOTHING);
    assertThat(Recompute.LAYERS.of(List.of())).isEqualTo(Recompute.LAYERS);
  }

  private static Recompute ofSide(long side) {
    return Recompute.AUTO.of(List.of(new ParameterSpec("w", Shape.of(side, side), Role.KERNEL)));
  }
}
