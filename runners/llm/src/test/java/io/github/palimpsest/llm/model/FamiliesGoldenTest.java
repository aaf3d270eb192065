package io.github.palimpsest.llm.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.Updates;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.decoder.CheckpointLayout;
import io.github.palimpsest.decoder.Generator;
import io.github.palimpsest.decoder.Sampling;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.testing.Golden;
import io.github.palimpsest.testing.TracedRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each family of models computes what transformers computes. */
@Tag("native")
class FamiliesGoldenTest {
  private static final String LOGITS = "logits / log-probs";
  private static final String LEGACY = "config.legacy.json";
  @TempDir Path temporary;

  static Stream<String> files() {
    return Golden.files("families", ".json").stream();
  }

  @ParameterizedTest
  @MethodSource("files")
  void logits_losses_gradients_and_a_step_equal_those_of_transformers(String file) {
    GoldenModel golden = GoldenModel.copied(file, temporary);
    JsonNode expected = golden.json().get("expected");
    WeightSnapshot weights = golden.directory().weights();
    assertThat(golden.model().parameters().stream().mapToLong(p -> p.shape().size()).sum())
        .isEqualTo(expected.get("parameter_count").asLong());

    var outputs = GoldenModel.forward(golden.model(), weights, golden.examples());
    logits(golden, outputs.get("logits"));
    golden.close("loss", "loss", meanLoss(outputs), expected.get("loss").asDouble());

    float lr = (float) golden.json().at("/hyper/lr").asDouble();
    Optimizer sgd =
        c ->
            new Updates(
                c.oracle().gradient(c.params()).tensors().scale(c.tf(), c.tf().constant(-lr)));
    TracedRun.Step step =
        TracedRun.of(golden.model(), sgd, weights, List.of(golden.examples())).get(0);
    golden.close("loss", "traced", step.calls().get(0).loss(), expected.get("loss").asDouble());
    for (ParameterSpec p : golden.model().parameters()) {
      gradient(golden, p, step.calls().get(0).gradient().get(p.name()));
    }
    Map<String, Shape> shapes = new TreeMap<>();
    golden.model().parameters().forEach(p -> shapes.put(p.name(), p.shape()));
    var after =
        GoldenModel.forward(
            golden.model(), WeightSnapshot.of(shapes, step.after()), golden.examples());
    golden.close(
        "loss after the SGD step",
        "loss after a step",
        meanLoss(after),
        expected.get("loss_after_sgd_step").asDouble());
  }

  @ParameterizedTest
  @MethodSource("files")
  void greedy_tokens_equal_those_of_transformers_also_in_a_batch(String file) {
    GoldenModel golden = GoldenModel.copied(file, temporary);
    int[] prompt = ids(golden.json().at("/inputs/prompt"));
    int most = golden.json().at("/hyper/max_new_tokens").asInt();
    try (Generator generator =
        new Generator(golden.model(), golden.directory().weights(), Device.CPU)) {
      // a longer row beside it, so that the prompt is padded
      int[] longer = new int[prompt.length + 3];
      System.arraycopy(prompt, 0, longer, 3, prompt.length);
      List<int[]> found =
          generator.generate(
              List.of(longer, prompt), most, id -> false, Sampling.GREEDY, new Random(1));
      assertThat(found.get(1)).containsExactly(ids(golden.json().at("/expected/greedy")));
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void older_configurations_mean_the_same_and_a_saved_model_is_read_again(String file)
      throws IOException {
    GoldenModel golden = GoldenModel.copied(file, temporary);
    Path model = temporary.resolve("model");
    if (Files.exists(model.resolve(LEGACY))) {
      Files.copy(
          model.resolve(LEGACY), model.resolve("config.json"), StandardCopyOption.REPLACE_EXISTING);
      assertThat(HuggingFaceDirectory.open(model).model().spec())
          .as(LEGACY)
          .isEqualTo(golden.model().spec());
    }
    Path saved = temporary.resolve("saved");
    golden.directory().save(saved, golden.directory().weights());
    HuggingFaceDirectory again = HuggingFaceDirectory.open(saved);
    assertThat(again.model().spec()).isEqualTo(golden.model().spec());
    for (String name : again.weights().names()) {
      assertThat(again.weights().copy(name))
          .as(name)
          .isEqualTo(golden.directory().weights().copy(name));
    }
  }

  private static int[] ids(JsonNode list) {
    JsonNode row = list.path(0).isArray() ? list.get(0) : list;
    int[] ids = new int[row.size()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = row.get(i).asInt();
    }
    return ids;
  }

  private static double meanLoss(Map<String, HostArray> outputs) {
    double sum = 0;
    double count = 0;
    for (float l : GoldenModel.floats(outputs.get("loss"))) {
      sum += l;
    }
    for (float w : GoldenModel.floats(outputs.get("weight"))) {
      count += w;
    }
    return sum / count;
  }

  private static void logits(GoldenModel golden, HostArray logits) {
    float[] actual = GoldenModel.floats(logits);
    float[] expected = golden.arrays().copy("logits");
    float[] logProbabilities = golden.arrays().copy("token_logprobs");
    int tokens = (int) logits.shape()[1];
    int vocabulary = (int) logits.shape()[2];
    for (int row = 0; row < logits.shape()[0]; row++) {
      Example example = golden.examples().get(row);
      int[] ids = ((HostArray.Ints) example.fields().get("ids")).toArray();
      for (int p = 0; p < golden.length(row); p++) {
        int from = (row * tokens + p) * vocabulary;
        double sum = 0;
        for (int i = from; i < from + vocabulary; i++) {
          golden.close(LOGITS, "logits[" + row + "][" + p + "]", actual[i], expected[i]);
          sum += Math.exp(actual[i]);
        }
        if (p + 1 < golden.length(row)) {
          golden.close(
              LOGITS,
              "log-prob of token " + (p + 1),
              actual[from + ids[p + 1]] - Math.log(sum),
              logProbabilities[row * (tokens - 1) + p]);
        }
      }
    }
  }

  private static void gradient(GoldenModel golden, ParameterSpec p, float[] gradient) {
    // transformers 5 calls every head so, whatever the checkpoint calls it
    String own = p.role() == ParameterSpec.Role.HEAD ? "lm_head.weight" : p.name();
    String name = "grad." + own;
    WeightSnapshot stored =
        WeightSnapshot.of(
            Map.of(p.name(), golden.arrays().shape(name)),
            Map.of(p.name(), golden.arrays().copy(name)));
    float[] expected =
        CheckpointLayout.of(golden.model().spec()).turned(List.of(p), stored).copy(p.name());
    double norm = 0;
    for (int i = 0; i < gradient.length; i++) {
      norm += (double) gradient[i] * gradient[i];
      golden.close("gradients", p.name() + "[" + i + "]", gradient[i], expected[i]);
    }
    golden.close(
        "gradient norms",
        "gradient norm of " + p.name(),
        Math.sqrt(norm),
        golden.json().at("/expected/grad_norms").get(own).asDouble());
  }
}
