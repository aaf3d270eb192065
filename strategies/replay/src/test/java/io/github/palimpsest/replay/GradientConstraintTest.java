package io.github.palimpsest.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.api.optimizer.Gradients;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.rehearsal.GradientConstraint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** The projections of A-GEM and GEM, on gradients of two tensors written as one row of numbers. */
@Tag("native")
class GradientConstraintTest {
  private static final int SIZE = 6;

  /** The first two numbers are a tensor of their own. */
  private static Gradients gradients(Ops tf, float... v) {
    return new Gradients(
        Tensors.of(
            Map.of(
                "a", tf.constant(java.util.Arrays.copyOfRange(v, 0, 2)),
                "b", tf.constant(java.util.Arrays.copyOfRange(v, 2, v.length)))));
  }

  private static float[] constrained(GradientConstraint of, float[] g, List<float[]> references) {
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      Gradients z =
          of.constrained(
              tf, gradients(tf, g), references.stream().map(r -> gradients(tf, r)).toList());
      Operand<TFloat32> row =
          tf.concat(new ArrayList<>(new TreeMap<>(z.tensors().byName()).values()), tf.constant(0));
      try (TFloat32 value = (TFloat32) session.runner().fetch(row).run().get(0)) {
        float[] values = new float[g.length];
        value.asRawTensor().data().asFloats().read(values);
        return values;
      }
    }
  }

  private static double dot(float[] a, float[] b) {
    return IntStream.range(0, a.length).mapToDouble(i -> (double) a[i] * b[i]).sum();
  }

  private static float[] random(Random rng) {
    float[] v = new float[SIZE];
    for (int i = 0; i < SIZE; i++) {
      v[i] = (float) rng.nextGaussian();
    }
    return v;
  }

  @Test
  void a_gem_takes_out_what_goes_against_the_reference_over_all_tensors_together() {
    float[] g = {1, 2, -3};
    float[] r = {1, 0, 2};
    // <g, r> = 1 - 6 = -5, |r|^2 = 5: z = g + r
    assertThat(constrained(new AveragedGem(), g, List.of(r))).containsExactly(2, 2, -1);
  }

  @Test
  void a_gem_leaves_a_gradient_that_agrees_bit_for_bit() {
    float[] g = {1, 2, 3};
    assertThat(constrained(new AveragedGem(), g, List.of(new float[] {0.3f, -0.1f, 0.7f})))
        .containsExactly(g);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void without_rehearsed_examples_nothing_is_taken_out(int tasks) {
    float[] g = {1, -2, 3};
    List<float[]> none = java.util.Collections.nCopies(tasks, new float[3]);
    assertThat(constrained(new AveragedGem(), g, none.subList(0, 1))).containsExactly(g);
    assertThat(constrained(new Gem(0.5), g, none)).containsExactly(g);
  }

  @Test
  void with_one_task_and_no_margin_gem_is_a_gem() {
    Random rng = new Random(3);
    for (int trial = 0; trial < 5; trial++) {
      float[] g = random(rng);
      List<float[]> r = List.of(random(rng));
      assertThat(constrained(new Gem(0), g, r))
          .containsExactly(constrained(new AveragedGem(), g, r), within(1e-5f));
    }
  }

  @Test
  void gem_adds_the_margin_at_least_where_a_task_is_violated() {
    float[] g = {1, 0, -1};
    float[] r = {0, 1, 1};
    // v = max(margin, 1 / 2): the margin of 2 wins
    assertThat(constrained(new Gem(2), g, List.of(r))).containsExactly(1, 2, 1);
    assertThat(constrained(new Gem(0.1), g, List.of(r)))
        .containsExactly(new float[] {1, 0.5f, -0.5f}, within(1e-6f));
    float[] agrees = {1, 0, 1};
    assertThat(constrained(new Gem(2), agrees, List.of(r))).containsExactly(agrees);
  }

  /** Karush, Kuhn and Tucker: what makes z the nearest vector to g that violates no constraint. */
  @ParameterizedTest
  @ValueSource(ints = {2, 3, 5})
  void gem_projects_onto_the_cone_of_all_tasks(int tasks) {
    Random rng = new Random(17);
    for (int trial = 0; trial < 6; trial++) {
      float[] g = random(rng);
      List<float[]> r = new ArrayList<>();
      for (int k = 0; k < tasks; k++) {
        r.add(random(rng));
      }
      float[] z = constrained(new Gem(0), g, r);
      double moved = 0;
      for (float[] rk : r) {
        assertThat(dot(z, rk)).as("feasible").isGreaterThan(-1e-3 * Math.sqrt(dot(g, g)));
      }
      for (int i = 0; i < SIZE; i++) {
        moved += (z[i] - g[i]) * z[i];
      }
      // z - g is a nonnegative combination of the tight constraints, so it is orthogonal to z
      assertThat(moved).as("complementary").isCloseTo(0, within(2e-3));
      assertThat(distance(z, g)).as("nearest").isLessThanOrEqualTo(nearestSampled(g, r, rng));
    }
  }

  private static double distance(float[] a, float[] b) {
    return IntStream.range(0, a.length).mapToDouble(i -> Math.pow(a[i] - b[i], 2)).sum();
  }

  /** The least distance among many random feasible points. */
  private static double nearestSampled(float[] g, List<float[]> r, Random rng) {
    double least = Double.MAX_VALUE;
    for (int n = 0; n < 3000; n++) {
      float[] p = random(rng);
      for (int i = 0; i < SIZE; i++) {
        p[i] += g[i];
      }
      if (r.stream().allMatch(rk -> dot(p, rk) >= 0)) {
        least = Math.min(least, distance(p, g));
      }
    }
    return least + 1e-3;
  }
}
