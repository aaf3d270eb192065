package io.github.palimpsest.engine.weights;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.ParameterSpec.Role;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.engine.device.Placement;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.IntBinaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

@Tag("native")
class FrozenWeightsTest {
  private static final int SIZE = 512;
  private static final Shape SQUARE = Shape.of(SIZE, SIZE);

  /** {@code w[i][j] = (3 i + j) mod 7}: whole numbers, so that every sum is exact. */
  private static int w(int i, int j) {
    return (3 * i + j) % 7;
  }

  private static float[] matrix() {
    float[] values = new float[SIZE * SIZE];
    for (int i = 0; i < values.length; i++) {
      values[i] = w(i / SIZE, i % SIZE);
    }
    return values;
  }

  /** A row, {@code x[k] = k mod 5}. */
  private static Operand<TFloat32> row(Ops tf) {
    float[][] x = new float[1][SIZE];
    for (int k = 0; k < SIZE; k++) {
      x[0][k] = k % 5;
    }
    return tf.constant(x);
  }

  /** What comes of padded weights, and of weights in bfloat16 with and without padding. */
  private static float[] of(BiFunction<Ops, DenseWeights, Operand<TFloat32>> build) {
    float[] padded = of(build, true, Set.of());
    assertThat(of(build, true, Set.of("w"))).as("in bfloat16, padded").isEqualTo(padded);
    assertThat(of(build, false, Set.of("w"))).as("in bfloat16").isEqualTo(padded);
    return padded;
  }

  private static float[] of(
      BiFunction<Ops, DenseWeights, Operand<TFloat32>> build, boolean pads, Set<String> bfloat16) {
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      ParameterStore store = new ParameterStore(tf);
      FrozenWeights kept =
          new FrozenWeights(
              tf, store, "", List.of(new ParameterSpec("w", SQUARE, Role.KERNEL)), pads, bfloat16);
      Tensors tensors = Tensors.of(Map.of("w", store.read("w")));
      DenseWeights weights = new DenseWeights(tf, tensors, Compute.FLOAT32, kept, Placement.SINGLE);
      Operand<TFloat32> built = build.apply(tf, weights);
      store.assign(session, "", WeightSnapshot.of(Map.of("w", SQUARE), Map.of("w", matrix())));
      try (var result = session.runner().fetch(built).run()) {
        return HostTensors.floats(result.get(0));
      }
    }
  }

  private static Operand<TFloat32> gradient(Ops tf, Operand<TFloat32> y, Operand<TFloat32> x) {
    return ((Graph) tf.scope().env())
        .addGradients(y.asOutput(), new Output<?>[] {x.asOutput()})[0].expect(TFloat32.class);
  }

  private static float[] sums(IntBinaryOperator term) {
    float[] sums = new float[SIZE];
    for (int j = 0; j < SIZE; j++) {
      for (int k = 0; k < SIZE; k++) {
        sums[j] += term.applyAsInt(j, k);
      }
    }
    return sums;
  }

  @Test
  void a_padded_matrix_reads_as_itself() {
    assertThat(of((tf, at) -> at.dense("w"))).isEqualTo(matrix());
  }

  @Test
  void a_product_is_that_of_the_matrix_alone() {
    assertThat(of((tf, at) -> at.matMul(row(tf), "w")))
        .containsExactly(sums((j, k) -> k % 5 * w(k, j)));
    assertThat(of((tf, at) -> at.matMulTransposed(row(tf), "w")))
        .containsExactly(sums((j, k) -> k % 5 * w(j, k)));
  }

  @Test
  void rows_are_those_of_the_matrix_alone() {
    assertThat(of((tf, at) -> at.rows(tf.constant(new int[] {2}), "w")))
        .containsExactly(sums((j, k) -> k == j ? w(2, j) : 0));
  }

  @Test
  void gradients_pass_as_through_the_matrix_alone() {
    // of the sum of x W: the sums of the rows of W; of x W': those of its columns
    assertThat(
            of(
                (tf, at) -> {
                  Operand<TFloat32> x = row(tf);
                  return gradient(tf, at.matMul(x, "w"), x);
                }))
        .containsExactly(sums((j, k) -> w(j, k)));
    assertThat(
            of(
                (tf, at) -> {
                  Operand<TFloat32> x = row(tf);
                  return gradient(tf, at.matMulTransposed(x, "w"), x);
                }))
        .containsExactly(sums((j, k) -> w(k, j)));
  }

  @Test
  void what_is_moved_is_not_read_from_the_padded_matrix() {
    float[] moved =
        of(
            (tf, at) ->
                at.plus(Tensors.of(Map.of("w", tf.onesLike(at.dense("w"))))).matMul(row(tf), "w"));
    assertThat(moved).containsExactly(sums((j, k) -> k % 5 * (w(k, j) + 1)));
  }

  @Test
  void lengths_of_columns_are_those_of_the_matrix() {
    float[] squares = sums((j, k) -> w(k, j) * w(k, j));
    assertThat(of((tf, at) -> at.columnSquares(tf, "w"))).containsExactly(squares);
    float[] moved =
        of(
            (tf, at) ->
                at.plus(Tensors.of(Map.of("w", tf.onesLike(at.dense("w")))))
                    .columnSquares(tf, "w"));
    assertThat(moved).containsExactly(sums((j, k) -> (w(k, j) + 1) * (w(k, j) + 1)));
  }

  @Test
  void a_matrix_is_in_bfloat16_if_all_its_values_are() {
    List<ParameterSpec> specs =
        List.of(
            new ParameterSpec("coarse", Shape.of(1, 2), Role.KERNEL),
            new ParameterSpec("fine", Shape.of(1, 2), Role.KERNEL),
            new ParameterSpec("vector", Shape.of(2), Role.NORM));
    float fine = 1 + 1f / 256; // bfloat16 has 7 bits behind the point
    WeightSnapshot values =
        WeightSnapshot.of(
            specs.stream().collect(Collectors.toMap(ParameterSpec::name, ParameterSpec::shape)),
            Map.of(
                "coarse", new float[] {1 + 1f / 128, -0x1p127f},
                "fine", new float[] {1, fine},
                "vector", new float[] {1, 2}));
    assertThat(FrozenWeights.inBfloat16(specs, values)).containsExactly("coarse");
  }

  @Test
  void what_is_kept_is_computed_when_the_matrix_is_set() {
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      ParameterStore store = new ParameterStore(tf);
      store.variable("w", Shape.of(2), 0);
      Operand<TFloat32> twice = store.kept("w", "twice", w -> tf.math.add(w, w)).orElseThrow();
      WeightSnapshot w =
          WeightSnapshot.of(Map.of("w", Shape.of(2)), Map.of("w", new float[] {1, 3}));
      store.assign(session, "", w);
      try (var result = session.runner().fetch(twice).run()) {
        assertThat(HostTensors.floats(result.get(0))).containsExactly(2, 6);
      }
      assertThat(store.kept("w", "twice", x -> x)).contains(twice);
      assertThat(store.kept("w", "thrice", x -> x)).as("too late").isEmpty();
      assertThat(store.names("")).containsExactly("w");
    }
  }

  @Test
  void matrices_with_rows_of_half_pages_are_padded() {
    assertThat(DenseWeights.isBetterPadded(Shape.of(2048, 5632))).isTrue();
    assertThat(DenseWeights.isBetterPadded(Shape.of(32000, 2048))).isTrue();
    assertThat(DenseWeights.isBetterPadded(Shape.of(576, 576))).isFalse();
    assertThat(DenseWeights.isBetterPadded(Shape.of(64, 512))).isFalse();
    assertThat(DenseWeights.isBetterPadded(Shape.of(2048))).isFalse();
  }
}
