package io.github.palimpsest.llm.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.Updates;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.decoder.CheckpointLayout;
import io.github.palimpsest.engine.Seats;
import io.github.palimpsest.engine.StepGraph;
import io.github.palimpsest.engine.Training;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.testing.Golden;
import io.github.palimpsest.testing.TracedRun;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("native")
class LlamaGoldenTest {
  @TempDir Path temporary;

  static Stream<String> files() {
    return Golden.files("llama", ".json").stream();
  }

  @ParameterizedTest
  @MethodSource("files")
  void logitsAndLossEqualThoseOfTransformers(String file) {
    GoldenModel golden = GoldenModel.copied(file, temporary);

    var outputs =
        GoldenModel.forward(golden.model(), golden.directory().weights(), golden.examples());

    float[] loss = GoldenModel.floats(outputs.get("loss"));
    float[] weight = GoldenModel.floats(outputs.get("weight"));
    double sum = 0;
    double count = 0;
    JsonNode perRow = golden.json().at("/expected/sequence_logprob_over_unmasked_targets");
    for (int row = 0; row < loss.length; row++) {
      sum += loss[row];
      count += weight[row];
      golden.close(
          "logits / log-probs", "loss of row " + row, -loss[row], perRow.get(row).asDouble());
    }
    assertThat(count)
        .as("targets")
        .isEqualTo(golden.json().at("/expected/targets_counted").asDouble());
    golden.close("loss", "loss", sum / count, golden.json().at("/expected/loss").asDouble());
    compareLogits(golden, outputs.get("logits"), "logits", "logits / log-probs");
  }

  @ParameterizedTest
  @MethodSource("files")
  void eachTokensLogProbabilityEqualsThatOfTransformers(String file) {
    GoldenModel golden = GoldenModel.copied(file, temporary);
    int row = 0;
    for (var example : golden.examples()) {
      int[] ids = ((HostArray.Ints) example.fields().get("ids")).toArray();
      // one copy of the row for each target, with that target alone
      List<Example> single =
          IntStream.range(1, ids.length)
              .mapToObj(
                  p -> {
                    float[] targets = new float[ids.length];
                    targets[p] = 1;
                    return GoldenModel.example("position/" + p, ids, targets);
                  })
              .toList();
      float[] loss =
          GoldenModel.floats(
              GoldenModel.forward(golden.model(), golden.directory().weights(), single)
                  .get("loss"));
      JsonNode expected = golden.json().at("/expected/token_logprobs").get(row);
      for (int p = 0; p < loss.length; p++) {
        golden.close(
            "logits / log-probs", "token " + (p + 1), -loss[p], expected.get(p).asDouble());
      }
      row++;
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void gradientsAndASamStepEqualThoseOfTransformers(String file) {
    GoldenModel golden = GoldenModel.copied(file, temporary);
    WeightSnapshot weights = golden.directory().weights();

    TracedRun.Step step =
        TracedRun.of(golden.model(), sam(golden), weights, List.of(golden.examples())).get(0);

    JsonNode expected = golden.json().get("expected");
    golden.close("loss", "loss", step.calls().get(0).loss(), expected.get("loss").asDouble());
    golden.close(
        "losses and logits after the SAM step",
        "loss at w + e",
        step.calls().get(1).loss(),
        expected.at("/sam_step/loss_at_w_plus_e").asDouble());
    for (ParameterSpec p : golden.model().parameters()) {
      float[] gradient = step.calls().get(0).gradient().get(p.name());
      compareGradient(golden, p, gradient);
      double norm = 0;
      for (int i = 0; i < gradient.length; i++) {
        double update = step.after().get(p.name())[i] - step.before().get(p.name())[i];
        norm += update * update;
      }
      golden.close(
          "losses and logits after the SAM step",
          "update norm of " + p.name(),
          Math.sqrt(norm),
          expected.at("/sam_step").get("update_norms (new - old)").get(p.name()).asDouble());
    }
    compareAfter(golden, step.after());
  }

  @ParameterizedTest
  @MethodSource("files")
  void theEngineMakesTheSameSamStep(String file) {
    GoldenModel golden = GoldenModel.copied(file, temporary);
    try (StepGraph step =
        StepGraph.firstTask(
            golden.model(),
            golden.directory().weights(),
            Seats.of(sam(golden)),
            new Training(1, 0, 2, 1, 0),
            1,
            Device.CPU)) {
      golden.close(
          "loss",
          "loss",
          step.step(golden.examples(), 0, 1),
          golden.json().at("/expected/loss").asDouble());
      WeightSnapshot after = step.trainable();
      Map<String, float[]> values = new TreeMap<>();
      after.names().forEach(n -> values.put(n, after.copy(n)));
      compareAfter(golden, values);
    }
  }

  /** SAM by its definition: {@code w - lr grad L(w + rho g / |g|)}. */
  private static Optimizer sam(GoldenModel golden) {
    float rho = (float) golden.json().at("/hyper/rho").asDouble();
    float lr = (float) golden.json().at("/hyper/lr").asDouble();
    return c -> {
      var tf = c.tf();
      Tensors w = c.params().tensors();
      Tensors g = c.oracle().gradient(c.params()).tensors();
      Tensors e = g.scale(tf, tf.math.div(tf.constant(rho), g.norm(tf)));
      Tensors descent = c.oracle().gradient(Params.of(w.plus(tf, e))).tensors();
      return new Updates(descent.scale(tf, tf.constant(-lr)));
    };
  }

  private static void compareAfter(GoldenModel golden, Map<String, float[]> weights) {
    Map<String, Shape> shapes = new TreeMap<>();
    golden.model().parameters().forEach(p -> shapes.put(p.name(), p.shape()));
    var outputs =
        GoldenModel.forward(golden.model(), WeightSnapshot.of(shapes, weights), golden.examples());
    String tolerance = "losses and logits after the SAM step";
    compareLogits(golden, outputs.get("logits"), "logits_after_sam_step", tolerance);
    float[] loss = GoldenModel.floats(outputs.get("loss"));
    double sum = 0;
    for (float l : loss) {
      sum += l;
    }
    golden.close(
        tolerance,
        "loss after the step",
        sum / golden.json().at("/expected/targets_counted").asDouble(),
        golden.json().at("/expected/sam_step/loss_after_step").asDouble());
  }

  private static void compareLogits(
      GoldenModel golden, HostArray logits, String array, String tolerance) {
    float[] actual = GoldenModel.floats(logits);
    float[] expected = golden.arrays().copy(array);
    int tokens = (int) logits.shape()[1];
    int vocabulary = (int) logits.shape()[2];
    for (int row = 0; row < logits.shape()[0]; row++) {
      for (int i = 0; i < golden.length(row) * vocabulary; i++) {
        int at = row * tokens * vocabulary + i;
        golden.close(tolerance, array + "[" + row + "][" + i + "]", actual[at], expected[at]);
      }
    }
  }

  private static void compareGradient(GoldenModel golden, ParameterSpec p, float[] gradient) {
    float[] expected =
        CheckpointLayout.of(golden.model().spec())
            .turned(List.of(p), stripped(golden, p))
            .copy(p.name());
    double norm = 0;
    for (int i = 0; i < gradient.length; i++) {
      norm += (double) gradient[i] * gradient[i];
      golden.close("gradient entries", p.name() + "[" + i + "]", gradient[i], expected[i]);
    }
    golden.close(
        "gradient norms",
        "gradient norm of " + p.name(),
        Math.sqrt(norm),
        golden.json().at("/expected/grad_norms").get(p.name()).asDouble());
  }

  private static WeightSnapshot stripped(GoldenModel golden, ParameterSpec p) {
    String name = "grad." + p.name();
    return WeightSnapshot.of(
        Map.of(p.name(), golden.arrays().shape(name)),
        Map.of(p.name(), golden.arrays().copy(name)));
  }
}
