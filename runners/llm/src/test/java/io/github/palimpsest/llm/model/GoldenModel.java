package io.github.palimpsest.llm.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.model.BatchTensors;
import io.github.palimpsest.api.model.Forward;
import io.github.palimpsest.api.model.InputSpec;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.decoder.DecoderModel;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.engine.inference.Inference;
import io.github.palimpsest.llm.safetensors.SafetensorsFile;
import io.github.palimpsest.testing.Golden;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * One golden model: the folder, the inputs, and what transformers made of them.
 *
 * @param json the golden file
 * @param directory the model
 * @param arrays the expected arrays
 */
record GoldenModel(JsonNode json, HuggingFaceDirectory directory, WeightSnapshot arrays) {
  static GoldenModel copied(String file, Path temporary) {
    JsonNode json = Golden.json(file);
    String arrays = json.at("/expected/arrays_file").asText().split(" ")[0];
    return new GoldenModel(
        json,
        HuggingFaceDirectory.open(
            Golden.copy(json.at("/hyper/model_dir").asText(), temporary.resolve("model"))),
        SafetensorsFile.open(Golden.copy(arrays, temporary.resolve("expected.safetensors"))));
  }

  DecoderModel model() {
    return directory.model();
  }

  /** The rows without their padding; the label of a first token counts for nothing. */
  List<Example> examples() {
    List<Example> examples = new ArrayList<>();
    JsonNode ids = json.at("/inputs/input_ids");
    for (int row = 0; row < ids.size(); row++) {
      int length = length(row);
      int[] tokens = new int[length];
      float[] targets = new float[length];
      for (int p = 0; p < length; p++) {
        tokens[p] = ids.get(row).get(p).asInt();
        boolean labelled = json.at("/inputs/labels").get(row).get(p).asInt() != -100;
        targets[p] = p > 0 && labelled ? 1 : 0;
      }
      examples.add(example("row/" + row, tokens, targets));
    }
    return examples;
  }

  static Example example(String id, int[] tokens, float[] targets) {
    TreeMap<String, HostArray> fields = new TreeMap<>();
    fields.put(DecoderModel.IDS, new HostArray.Ints(tokens, tokens.length));
    fields.put(DecoderModel.TARGETS, new HostArray.Floats(targets, tokens.length));
    return new Example(id, tokens.length, fields);
  }

  int length(int row) {
    int length = 0;
    for (JsonNode real : json.at("/inputs/attention_mask").get(row)) {
      length += real.asInt();
    }
    return length;
  }

  /** A forward pass: {@code loss}, {@code weight} and {@code logits}. */
  static Map<String, HostArray> forward(
      DecoderModel model, WeightSnapshot weights, List<Example> examples) {
    try (Inference inference = new Inference(model.parameters(), weights, Device.CPU)) {
      return inference
          .program(
              model.inputs(),
              (tf, at, inputs) -> {
                Forward f = model.forward(tf, at, batch(model, inputs));
                return Map.of(
                    "loss", f.lossPerExample(),
                    "weight", f.weightPerExample(),
                    "logits", f.logits());
              })
          .run(model.batch(examples));
    }
  }

  @SuppressWarnings("unchecked")
  static BatchTensors batch(DecoderModel model, Function<InputSpec, Operand<?>> inputs) {
    return new BatchTensors() {
      @Override
      public Operand<TInt32> ints(String name) {
        return (Operand<TInt32>) input(name);
      }

      @Override
      public Operand<TFloat32> floats(String name) {
        return (Operand<TFloat32>) input(name);
      }

      private Operand<?> input(String name) {
        return inputs.apply(
            model.inputs().stream().filter(i -> i.name().equals(name)).findFirst().orElseThrow());
      }
    };
  }

  static float[] floats(HostArray array) {
    return ((HostArray.Floats) array).toArray();
  }

  /** Asserts closeness by a tolerance of the golden file. */
  void close(String tolerance, String what, double actual, double expected) {
    JsonNode t = json.path("tolerance").path(tolerance);
    double allowed = t.get("atol").asDouble() + t.get("rtol").asDouble() * Math.abs(expected);
    assertThat(actual)
        .as(json.get("id").asText() + " " + what)
        .isCloseTo(expected, within(allowed));
  }
}
