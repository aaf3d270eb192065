package io.github.palimpsest.sharpness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.probe.Probe;
import io.github.palimpsest.engine.ModelProbeSite;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.testing.ClassifierModel;
import io.github.palimpsest.testing.Golden;
import io.github.palimpsest.testing.GoldenProblem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Distances from the weights before any training, next to another implementation in float64, for
 * examples of several target tokens.
 */
@Tag("native")
class PaperProbesTest {
  private static final JsonNode FILE = Golden.own("/papers/probes.json");

  @Test
  void drift_is_the_divergence_by_target_tokens_in_both_directions() {
    requireExpected(new KlDrift(), "kl_drift");
  }

  @Test
  void distance_is_the_norm_of_the_change_and_its_share_of_the_first_norm() {
    requireExpected(new WeightDistance(), "weight_distance");
  }

  private static void requireExpected(Probe probe, String name) {
    double rtol = FILE.at("/tolerance/rtol").asDouble();
    double atol = FILE.at("/tolerance/atol").asDouble();
    try (ModelProbeSite site = site()) {
      SortedMap<String, Double> measured = probe.measure(site, new SplittableRandom(1));
      for (Map.Entry<String, JsonNode> e : FILE.at("/expected/" + name).properties()) {
        double expected = e.getValue().asDouble();
        assertThat(measured.get(e.getKey()))
            .as("%s of %s", e.getKey(), name)
            .isCloseTo(expected, within(atol + rtol * Math.abs(expected)));
      }
      assertThat(measured).hasSize(FILE.at("/expected/" + name).size());
    }
  }

  private static ModelProbeSite site() {
    float[] x = Golden.floats(FILE.at("/inputs/x"));
    int features = Math.toIntExact(Golden.shape(FILE.at("/inputs/x")).get(1));
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < FILE.at("/inputs/y").size(); i++) {
      examples.add(
          ClassifierModel.example(
              "row/" + i,
              Arrays.copyOfRange(x, i * features, (i + 1) * features),
              FILE.at("/inputs/y/" + i).asInt(),
              (float) FILE.at("/inputs/tokens/" + i).asDouble()));
    }
    return new ModelProbeSite(
        new ClassifierModel(features, 6, 3),
        GoldenProblem.snapshot(FILE.at("/inputs/w")),
        GoldenProblem.snapshot(FILE.at("/inputs/w0")),
        examples,
        7,
        Device.CPU);
  }
}
