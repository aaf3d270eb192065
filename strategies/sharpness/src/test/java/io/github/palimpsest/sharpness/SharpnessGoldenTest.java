package io.github.palimpsest.sharpness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.probe.ProbeSite;
import io.github.palimpsest.engine.ModelProbeSite;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.testing.ClassifierModel;
import io.github.palimpsest.testing.Golden;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("native")
class SharpnessGoldenTest {
  private static final List<String> FLAT =
      List.of("fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias");

  private static void close(String what, double actual, JsonNode expected, JsonNode tolerance) {
    double e = expected.asDouble();
    double allowed =
        tolerance.get("atol").asDouble() + tolerance.get("rtol").asDouble() * Math.abs(e);
    assertThat(actual).as(what).isCloseTo(e, within(allowed));
  }

  /** What one golden file asks of the probes, whatever the model. */
  private static void check(
      JsonNode g,
      ProbeSite site,
      WeightVector powerStart,
      List<WeightVector> changes,
      List<WeightVector> signs,
      WeightVector d1,
      WeightVector d2) {
    JsonNode e = g.get("expected");
    JsonNode float32 = g.get("tolerance").get("float32");
    JsonNode ofGrid = g.get("tolerance").path("grid in float32");
    JsonNode ofCurvature = g.get("tolerance").path("SC in float32");
    double rho = g.get("hyper").get("rho").asDouble();
    double h = g.get("hyper").get("h").asDouble();
    close("loss", site.loss(site.weights()), e.get("loss"), float32);
    SortedMap<String, Double> gap =
        new SamGap(rho, false, 0).measure(site, new java.util.SplittableRandom(1));
    close("sam gap", gap.get("gap"), e.get("sam_gap"), float32);
    SortedMap<String, Double> average = AverageSharpness.measure(site, changes);
    assertThat(average.get("mean-rise"))
        .as("average case: a small difference of losses")
        .isCloseTo(e.get("average_case").asDouble(), within(1e-6));
    close("worst case", average.get("worst-rise"), e.get("worst_of_v_list"), float32);
    int iterations = g.get("hyper").get("power_iterations").asInt();
    close(
        "largest eigenvalue",
        new HessianTop(iterations, 0).measure(site, powerStart).get("eigenvalue"),
        e.get("lambda_max_exact"),
        float32);
    close(
        "trace",
        HessianTrace.measure(site, signs).get("trace"),
        e.get("hutchinson_trace"),
        float32);
    SortedMap<String, Double> landscape =
        new LossLandscape(5, 2 * h, LossLandscape.Norms.OWN)
            .measure(site, WeightVector.of(site.weights()), d1, d2);
    double[] z = Golden.doubles(e.get("grid"));
    for (int i = 0; i < 25; i++) {
      double rtol = ofGrid.path("rtol").asDouble(1e-4);
      double atol = ofGrid.path("atol").asDouble(1e-5);
      double allowed = rtol * Math.abs(z[i]) + atol;
      assertThat(landscape.get(String.format("z[%03d,%03d]", i / 5, i % 5)))
          .as("grid point %d,%d", i / 5, i % 5)
          .isCloseTo(z[i], within(allowed));
    }
    close("AG", landscape.get("AG"), e.get("AG"), float32);
    close("MAG", landscape.get("MAG"), e.get("MAG"), float32);
    close(
        "SC",
        landscape.get("SC"),
        e.get("SC"),
        ofCurvature.isMissingNode() ? float32 : ofCurvature);
  }

  @Test
  void probes_of_a_quadratic_agree_with_its_closed_form() {
    JsonNode g = Golden.json("sharpness/quadratic.json");
    JsonNode in = g.get("inputs");
    QuadraticSite site =
        new QuadraticSite(
            Golden.doubles(in.get("H")),
            Golden.doubles(in.get("c")),
            QuadraticSite.vector(Golden.doubles(in.get("w"))).read(QuadraticSite.W));
    check(
        g,
        site,
        QuadraticSite.vector(Golden.doubles(in.get("power_start"))),
        rows(in.get("v_list")).stream().map(QuadraticSite::vector).toList(),
        rows(in.get("hutchinson_z")).stream().map(QuadraticSite::vector).toList(),
        QuadraticSite.vector(Golden.doubles(in.get("d1 (used as is)"))),
        QuadraticSite.vector(Golden.doubles(in.get("d2 (used as is)"))));
  }

  @Test
  void probes_of_a_classifier_agree_with_its_exact_hessian() {
    JsonNode g = Golden.json("sharpness/classifier.json");
    JsonNode in = g.get("inputs");
    WeightSnapshot w = snapshot(in.get("w"));
    try (ModelProbeSite site = site(in, w, w)) {
      WeightVector at = WeightVector.of(w);
      WeightVector d1 =
          LossLandscape.normalised(WeightVector.of(snapshot(in.get("raw_direction_1"))), at);
      WeightVector d2 =
          LossLandscape.normalised(WeightVector.of(snapshot(in.get("raw_direction_2"))), at);
      for (String name : FLAT) {
        float[] expected = Golden.floats(g.get("expected").get("direction_1").get(name));
        assertThat(d1.read(name))
            .as("direction of %s", name)
            .containsExactly(expected, within(1e-5f));
      }
      check(
          g,
          site,
          unflat(Golden.doubles(in.get("power_start")), w),
          rows(in.get("v_list")).stream().map(v -> unflat(v, w)).toList(),
          rows(in.get("hutchinson_z")).stream().map(v -> unflat(v, w)).toList(),
          d1,
          d2);
    }
  }

  @Test
  void drift_is_zero_before_training_and_equals_the_closed_form_where_one_class_has_a_bias() {
    JsonNode in = Golden.json("sharpness/classifier.json").get("inputs");
    WeightSnapshot w = snapshot(in.get("w"));
    try (ModelProbeSite same = site(in, w, w)) {
      assertThat(new KlDrift().measure(same, new java.util.SplittableRandom(1)))
          .containsEntry("forward", 0.0)
          .containsEntry("reverse", 0.0);
      assertThat(new WeightDistance().measure(same, new java.util.SplittableRandom(1)))
          .containsEntry("distance", 0.0);
    }
    // all kernels 0: every prediction is softmax(fc2.bias)
    Map<String, Shape> shapes = new TreeMap<>();
    Map<String, float[]> zeros = new TreeMap<>();
    for (String name : FLAT) {
      shapes.put(name, w.shape(name));
      zeros.put(name, new float[(int) w.shape(name).size()]);
    }
    WeightSnapshot uniform = WeightSnapshot.of(shapes, zeros);
    int classes = zeros.get("fc2.bias").length;
    float[] bias = new float[classes];
    bias[0] = 1;
    zeros.put("fc2.bias", bias);
    WeightSnapshot tilted = WeightSnapshot.of(shapes, zeros);
    int others = classes - 1;
    double top = Math.E / (Math.E + others);
    double rest = 1 / (Math.E + others);
    double forward = -Math.log(classes) - (Math.log(top) + others * Math.log(rest)) / classes;
    double reverse = top * Math.log(top) + others * rest * Math.log(rest) + Math.log(classes);
    try (ModelProbeSite moved = site(in, tilted, uniform)) {
      SortedMap<String, Double> drift =
          new KlDrift().measure(moved, new java.util.SplittableRandom(1));
      assertThat(drift.get("forward")).isCloseTo(forward, within(1e-6));
      assertThat(drift.get("reverse")).isCloseTo(reverse, within(1e-6));
      assertThat(new WeightDistance().measure(moved, new java.util.SplittableRandom(1)))
          .containsEntry("distance", 1.0);
    }
  }

  @Test
  void the_same_draws_give_the_same_bits() {
    JsonNode in = Golden.json("sharpness/classifier.json").get("inputs");
    WeightSnapshot w = snapshot(in.get("w"));
    try (ModelProbeSite site = site(in, w, w)) {
      LossLandscape probe = new LossLandscape(3, 1, LossLandscape.Norms.OWN);
      assertThat(probe.measure(site, new java.util.SplittableRandom(4)))
          .isEqualTo(probe.measure(site, new java.util.SplittableRandom(4)));
    }
  }

  private static ModelProbeSite site(JsonNode in, WeightSnapshot w, WeightSnapshot pretrained) {
    int features = Math.toIntExact(Golden.shape(in.get("x")).get(1));
    float[] x = Golden.floats(in.get("x"));
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < in.get("y").size(); i++) {
      examples.add(
          ClassifierModel.example(
              "row/" + i,
              Arrays.copyOfRange(x, i * features, (i + 1) * features),
              in.get("y").get(i).asInt(),
              1));
    }
    return new ModelProbeSite(
        new ClassifierModel(
            features,
            Math.toIntExact(w.shape("fc1.bias").get(0)),
            Math.toIntExact(w.shape("fc2.bias").get(0))),
        w,
        pretrained,
        examples,
        7,
        Device.CPU);
  }

  private static WeightSnapshot snapshot(JsonNode tensors) {
    Map<String, Shape> shapes = new TreeMap<>();
    Map<String, float[]> values = new TreeMap<>();
    for (String name : FLAT) {
      shapes.put(name, Golden.shape(tensors.get(name)));
      values.put(name, Golden.floats(tensors.get(name)));
    }
    return WeightSnapshot.of(shapes, values);
  }

  private static WeightVector unflat(double[] flat, WeightSnapshot like) {
    Map<String, Shape> shapes = new TreeMap<>();
    Map<String, float[]> values = new TreeMap<>();
    int at = 0;
    for (String name : FLAT) {
      float[] v = new float[Math.toIntExact(like.shape(name).size())];
      for (int i = 0; i < v.length; i++) {
        v[i] = (float) flat[at++];
      }
      shapes.put(name, like.shape(name));
      values.put(name, v);
    }
    return WeightVector.of(WeightSnapshot.of(shapes, values));
  }

  private static List<double[]> rows(JsonNode matrix) {
    double[] all = Golden.doubles(matrix);
    int width = Math.toIntExact(Golden.shape(matrix).get(1));
    List<double[]> rows = new ArrayList<>();
    for (int from = 0; from < all.length; from += width) {
      rows.add(Arrays.copyOfRange(all, from, from + width));
    }
    return rows;
  }
}
