package io.github.palimpsest.wiseft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.palimpsest.api.merger.JointMerger;
import io.github.palimpsest.api.merger.WeightHistory;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.testing.Golden;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** TIES of several models of one base. */
class JointTiesTest {
  private static final WeightSnapshot BASE = snapshot(1, 2, 3, 4);

  private static WeightSnapshot snapshot(float... values) {
    return WeightSnapshot.of(Map.of("w", Shape.of(values.length)), Map.of("w", values));
  }

  private static float[] merged(JointMerger ties, List<Double> shares, WeightSnapshot... models) {
    return ties.merge(BASE, List.of(models), shares, Weights.first(BASE, models[0]).site())
        .copy("w");
  }

  private static WeightSnapshot snapshot(JsonNode tensors) {
    TreeMap<String, Shape> shapes = new TreeMap<>();
    TreeMap<String, float[]> values = new TreeMap<>();
    for (Map.Entry<String, JsonNode> e : tensors.properties()) {
      shapes.put(e.getKey(), Golden.shape(e.getValue()));
      values.put(e.getKey(), Golden.floats(e.getValue()));
    }
    return WeightSnapshot.of(shapes, values);
  }

  private static Ties full(double density, double lambda) {
    return new Ties(density, lambda, Ties.Vectors.EACH_TASK, Ties.Trim.MODEL);
  }

  @ParameterizedTest
  @EnumSource(Ties.Trim.class)
  void of_three_models_or_tasks_it_is_that_of_the_paper(Ties.Trim trim) {
    JsonNode golden = Golden.json("mergers/papers.json");
    WeightSnapshot base = snapshot(golden.at("/inputs/pretrained"));
    List<WeightSnapshot> models = new ArrayList<>();
    golden.at("/inputs/after_task").forEach(m -> models.add(snapshot(m)));
    assertThat(models).hasSize(3);
    Ties ties =
        new Ties(
            golden.at("/hyper/keep").asDouble(),
            golden.at("/hyper/lambda").asDouble(),
            Ties.Vectors.EACH_TASK,
            trim);
    WeightSnapshot merged =
        ties.merge(base, models, Collections.nCopies(3, 1.0 / 3), Weights.first(base, base).site());
    WeightSnapshot ofTasks =
        ties.apply(
            WeightHistory.of(
                base, models.get(1), models.get(2), 2, Weights.SITE, models.subList(0, 2)));
    String of = trim == Ties.Trim.MODEL ? "/expected/ties_global" : "/expected/ties_tensor";
    WeightSnapshot expected = snapshot(golden.at(of));
    for (String name : expected.names()) {
      assertThat(merged.copy(name)).as(name).containsExactly(expected.copy(name), within(1e-5f));
      assertThat(ofTasks.copy(name)).as(name).containsExactly(expected.copy(name), within(1e-5f));
    }
  }

  @Test
  void entries_that_disagree_with_the_weighted_sign_do_not_count() {
    WeightSnapshot a = snapshot(2, 1, 3, 4);
    WeightSnapshot b = snapshot(-1, 5, 4, 4);
    // changes (1, -1, 0, 0) and (-2, 3, 1, 0)
    assertThat(merged(full(1, 1), List.of(1.0, 1.0), a, b)).containsExactly(-1, 5, 4, 4);
    assertThat(merged(full(1, 0.5), List.of(1.0, 1.0), a, b)).containsExactly(0, 3.5f, 3.5f, 4);
    // 5 - 2 > 0, -5 + 3 < 0
    assertThat(merged(full(1, 1), List.of(5.0, 1.0), a, b)).containsExactly(2, 1, 4, 4);
    assertThat(merged(full(1, 1), List.of(2.0, 6.0), a, a)).containsExactly(2, 1, 3, 4);
    assertThat(merged(full(0, 1), List.of(1.0, 1.0), a, b)).containsExactly(1, 2, 3, 4);
    // the largest quarter of each
    assertThat(merged(full(0.25, 1), List.of(1.0, 3.0), snapshot(1, 2, 3, 6), b))
        .containsExactly(1, 5, 3, 6);
  }

  @Test
  void of_one_model_it_is_that_of_a_first_task_bit_for_bit() {
    WeightSnapshot theta0 = Weights.random(1, 200);
    WeightSnapshot theta1 = Weights.random(2, 200);
    Ties ties = full(0.3, 1);
    assertThat(
            Weights.bits(
                ties.merge(
                    theta0, List.of(theta1), List.of(1.0), Weights.first(theta0, theta1).site())))
        .containsExactly(Weights.bits(ties.apply(Weights.first(theta0, theta1))));
  }
}
