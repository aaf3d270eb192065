package io.github.palimpsest.wiseft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.merger.Merger;
import io.github.palimpsest.api.merger.WeightHistory;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.testing.Golden;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Mergers of papers of 2024 to 2026: by the equations in float64, and by closed forms. */
class PaperMergersTest {
  private static final JsonNode GOLDEN = Golden.json("mergers/papers.json");

  private static WeightSnapshot snapshot(String at) {
    TreeMap<String, Shape> shapes = new TreeMap<>();
    TreeMap<String, float[]> values = new TreeMap<>();
    for (Map.Entry<String, JsonNode> e : GOLDEN.at(at).properties()) {
      shapes.put(e.getKey(), Golden.shape(e.getValue()));
      values.put(e.getKey(), Golden.floats(e.getValue()));
    }
    return WeightSnapshot.of(shapes, values);
  }

  private static void requireGolden(Merger merger, String after, String expected) {
    WeightSnapshot base = snapshot("/inputs/pretrained");
    WeightSnapshot merged = merger.apply(Weights.first(base, snapshot(after)));
    WeightSnapshot wanted = snapshot(expected);
    for (String name : wanted.names()) {
      assertThat(merged.copy(name)).as(name).containsExactly(wanted.copy(name), within(1e-5f));
    }
  }

  @Test
  void dg_hard_keeps_what_stands_out_of_the_noise() {
    requireGolden(new DgHard(From.PRETRAINED), "/inputs/strong", "/expected/dg_hard_of_strong");
    JsonNode factors = GOLDEN.at("/hyper/omega_over_root_of_median");
    for (double b : new double[] {1, 0.5, 0.25}) {
      assertThat(DgHard.factor(b))
          .as("short side / long side = " + b)
          .isCloseTo(factors.path(Double.toString(b)).asDouble(), within(1e-8));
    }
  }

  @Test
  void dg_hard_refuses_a_change_of_low_rank() {
    float[] change = new float[40 * 40];
    for (int i = 0; i < change.length; i++) {
      change[i] = (i / 40 - 20) * (i % 40 + 1);
    }
    WeightSnapshot zero = matrix(new float[1600], 40, 40);
    Merger merger = new DgHard(From.PRETRAINED);
    WeightSnapshot merged = merger.apply(kernel(zero, matrix(change, 40, 40)));
    assertThatThrownBy(() -> merged.read("w"))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("'w' is 0");
  }

  @Test
  void fapm_keeps_large_changes_of_large_weights() {
    requireGolden(
        new Fapm(GOLDEN.at("/hyper/fapm_share").asDouble(), From.PRETRAINED),
        "/inputs/after_task/2",
        "/expected/fapm_of_task_3");
    // mean |theta0| = 1: scores 1 - 1/2, 3 - 3/1, 4 (0 has the lowest), 0.4 - 0.4
    WeightSnapshot base = Weights.w(2, 1, 0, -1);
    float[] kept =
        new Fapm(0.25, From.PRETRAINED)
            .apply(Weights.first(base, Weights.w(3, 4, 4, -1.4f)))
            .copy("w");
    assertThat(kept).containsExactly(3, 1, 0, -1);
  }

  private static WeightSnapshot matrix(float[] values, int rows, int columns) {
    return WeightSnapshot.of(Map.of("w", Shape.of(rows, columns)), Map.of("w", values));
  }

  private static WeightHistory kernel(WeightSnapshot from, WeightSnapshot to) {
    return WeightHistory.of(from, from, to, 0, Weights.kernel(from.shape("w")));
  }

  /** {@code [3, 4]}: diag(5, 3, 1) in its first columns; no direction of output 3. */
  private static WeightSnapshot diagonal() {
    return matrix(new float[] {5, 0, 0, 0, 0, 3, 0, 0, 0, 0, 1, 0}, 3, 4);
  }

  @Test
  void intruders_shrinks_the_directions_that_were_not_there() {
    // input 2 now answers at output 3, which no earlier direction has, with singular value 8
    WeightSnapshot after = matrix(new float[] {5, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 8}, 3, 4);
    float[] expected = {5, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0.75f * 8};
    assertThat(merged(0.75, 10, diagonal(), after)).containsExactly(expected, within(1e-5f));
    assertThat(merged(1, 10, diagonal(), after)).containsExactly(after.copy("w"));
    // turned over, the long side is the inputs': output 2 takes from input 3, and all outputs
    // had a direction before
    WeightSnapshot tall0 = matrix(transposed(diagonal().copy("w"), 3), 4, 3);
    WeightSnapshot tall1 = matrix(transposed(after.copy("w"), 3), 4, 3);
    assertThat(merged(0.75, 10, tall0, tall1)).containsExactly(tall1.copy("w"));
  }

  @Test
  void only_the_largest_directions_are_looked_at() {
    // the intruder has singular value 2, the third of three
    WeightSnapshot after = matrix(new float[] {5, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 2}, 3, 4);
    assertThat(merged(0.5, 2, diagonal(), after)).containsExactly(after.copy("w"));
    float[] expected = {5, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 1};
    assertThat(merged(0.5, 3, diagonal(), after)).containsExactly(expected, within(1e-5f));
    IntruderDirections found =
        IntruderDirections.of(diagonal().copy("w"), after.copy("w"), 4, 10, 0.5);
    assertThat(found.intruders()).hasSize(1);
    assertThat(found.checked()).isEqualTo(3);
    assertThat(found.energy()).isCloseTo(4 / (25.0 + 9 + 4), within(1e-6));
  }

  private static float[] merged(double lambda, int top, WeightSnapshot from, WeightSnapshot to) {
    return new Intruders(lambda, top, 0.5, From.PRETRAINED).apply(kernel(from, to)).copy("w");
  }

  private static float[] transposed(float[] a, int rows) {
    int columns = a.length / rows;
    float[] t = new float[a.length];
    for (int i = 0; i < a.length; i++) {
      t[i % columns * rows + i / columns] = a[i];
    }
    return t;
  }

  @Test
  void eigenvectors_rebuild_the_matrix_and_are_orthonormal() {
    int n = 23;
    Random rng = new Random(5);
    double[][] a = new double[n][n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        a[i][j] = rng.nextGaussian();
        a[j][i] = a[i][j];
      }
    }
    double[][] copy = Arrays.stream(a).map(double[]::clone).toArray(double[][]::new);
    Eigenvectors e = Eigenvectors.of(copy);
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        double sum = 0;
        for (int k = 0; k < n; k++) {
          sum += e.values()[k] * e.vectors()[k][i] * e.vectors()[k][j];
        }
        assertThat(sum).isCloseTo(a[i][j], within(1e-12));
        assertThat(Eigenvectors.dot(e.vectors()[i], e.vectors()[j]))
            .isCloseTo(i == j ? 1 : 0, within(1e-13));
      }
    }
    assertThat(Eigenvectors.of(new double[4][4]).values()).containsOnly(0);
  }
}
