package io.github.palimpsest.llm.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.adapter.Adapter;
import io.github.palimpsest.api.adapter.BoundAdapter;
import io.github.palimpsest.api.adapter.PeftAdapter;
import io.github.palimpsest.api.adapter.PeftExport;
import io.github.palimpsest.api.adapter.PeftImport;
import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.discovery.Plugins;
import io.github.palimpsest.api.model.Forward;
import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.decoder.CheckpointLayout;
import io.github.palimpsest.decoder.DecoderModel;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.engine.inference.Inference;
import io.github.palimpsest.engine.weights.Shapes;
import io.github.palimpsest.llm.peft.PeftDirectory;
import io.github.palimpsest.llm.safetensors.SafetensorsFile;
import io.github.palimpsest.testing.Golden;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** Adapters made by PEFT, on Llama models. */
@Tag("native")
class LoraGoldenTest {
  @TempDir Path temporary;

  static Stream<String> files() {
    return Golden.files("lora", ".json").stream();
  }

  /** A golden adapter, bound to its model. */
  private record Adapted(
      GoldenModel golden, PeftAdapter peft, BoundAdapter adapter, WeightSnapshot trained) {
    WeightSnapshot base() {
      return golden.directory().weights();
    }

    DecoderModel model() {
      return golden.model();
    }
  }

  private Adapted adapted(String file) {
    JsonNode json = Golden.json(file);
    GoldenModel golden =
        new GoldenModel(
            json,
            HuggingFaceDirectory.open(
                Golden.copy(json.at("/inputs/base").asText(), temporary.resolve("model"))),
            SafetensorsFile.open(
                Golden.copy(
                    json.at("/expected/arrays_file").asText().split(" ")[0],
                    temporary.resolve("expected.safetensors"))));
    PeftAdapter peft =
        PeftDirectory.open(
            Golden.copy(json.at("/inputs/adapter_dir").asText(), temporary.resolve("adapter")));
    Component<Adapter> component = PeftDirectory.component(Plugins.onClassPath(), peft);
    BoundAdapter bound = component.create().bind(golden.model().parameters());
    return new Adapted(
        golden,
        peft,
        bound,
        bound
            .capability(PeftImport.class)
            .orElseThrow()
            .fromPeft(peft.tensors(), golden.directory().weights()));
  }

  /** A forward and backward pass through the adapter. */
  private static Map<String, HostArray> run(Adapted a) {
    DecoderModel model = a.model();
    try (Inference inference = new Inference(model.parameters(), a.base(), Device.CPU)) {
      return inference
          .program(
              model.inputs(),
              (tf, at, inputs) -> {
                Tensors trained = constants(tf, a.trained());
                Forward f =
                    model.forward(
                        tf,
                        a.adapter().effective(tf, Params.of(trained), at),
                        GoldenModel.batch(model, inputs));
                Operand<TFloat32> loss =
                    tf.math.div(
                        tf.sum(f.lossPerExample(), tf.constant(0)),
                        tf.sum(f.weightPerExample(), tf.constant(0)));
                Map<String, Operand<?>> outputs = new LinkedHashMap<>();
                outputs.put("loss", loss);
                outputs.put("logits", f.logits());
                List<String> names = new ArrayList<>(trained.names());
                var gradients = tf.gradients(loss, List.copyOf(trained.byName().values()));
                for (int i = 0; i < names.size(); i++) {
                  outputs.put(names.get(i), gradients.dy(i));
                }
                return outputs;
              })
          .run(model.batch(a.golden().examples()));
    }
  }

  private static Tensors constants(Ops tf, WeightSnapshot w) {
    Map<String, Operand<TFloat32>> all = new LinkedHashMap<>();
    w.names()
        .forEach(n -> all.put(n, tf.constant(Shapes.of(w.shape(n)), DataBuffers.of(w.copy(n)))));
    return Tensors.of(all);
  }

  @ParameterizedTest
  @MethodSource("files")
  void logitsLossAndGradientsEqualThoseOfPeft(String file) {
    Adapted a = adapted(file);
    GoldenModel golden = a.golden();
    Map<String, HostArray> outputs = run(a);
    golden.close(
        "loss",
        "loss",
        GoldenModel.floats(outputs.get("loss"))[0],
        golden.json().at("/expected/loss").asDouble());
    compareLogits(golden, outputs.get("logits"), "logits_with_adapter");

    // gradients come back in PEFT's layout by the way that the adapter itself goes out
    Map<String, Shape> shapes = new TreeMap<>();
    Map<String, float[]> values = new TreeMap<>();
    for (String name : a.trained().names()) {
      shapes.put(name, a.trained().shape(name));
      values.put(name, GoldenModel.floats(outputs.get(name)));
    }
    WeightSnapshot zeroBase = zeros(a.base());
    WeightSnapshot gradients =
        a.adapter()
            .capability(PeftExport.class)
            .orElseThrow()
            .toPeft(WeightSnapshot.of(shapes, values), zeroBase)
            .tensors();
    int parameters = 0;
    for (String name : gradients.names()) {
      float[] actual = gradients.copy(name);
      float[] expected = golden.arrays().copy("grad." + name);
      double norm = 0;
      for (int i = 0; i < actual.length; i++) {
        norm += (double) actual[i] * actual[i];
        golden.close("gradient entries", name + "[" + i + "]", actual[i], expected[i]);
      }
      golden.close(
          "gradient norms",
          "gradient norm of " + name,
          Math.sqrt(norm),
          golden.json().at("/expected/grad_norms").get(name).asDouble());
      parameters += actual.length;
    }
    assertThat(parameters)
        .as("trained parameters")
        .isEqualTo(golden.json().at("/expected/trainable_parameters").asInt());
  }

  private static WeightSnapshot zeros(WeightSnapshot like) {
    TreeMap<String, Shape> shapes = new TreeMap<>();
    like.names().forEach(n -> shapes.put(n, like.shape(n)));
    return WeightSnapshot.computed(shapes, n -> new float[(int) like.shape(n).size()]);
  }

  @ParameterizedTest
  @MethodSource("files")
  void mergedWeightsAndTheirLogitsEqualThoseOfPeft(String file) {
    Adapted a = adapted(file);
    GoldenModel golden = a.golden();
    WeightSnapshot merged = a.adapter().merge(a.trained(), a.base());
    for (String array : golden.arrays().names()) {
      if (array.startsWith("merged.")) {
        String name = array.substring("merged.".length());
        float[] actual =
            CheckpointLayout.of(a.model().spec()).turned(a.model().parameters(), merged).copy(name);
        float[] expected = golden.arrays().copy(array);
        for (int i = 0; i < expected.length; i++) {
          golden.close("logits / log-probs", array + "[" + i + "]", actual[i], expected[i]);
        }
      }
    }
    compareLogits(
        golden,
        GoldenModel.forward(a.model(), merged, golden.examples()).get("logits"),
        "logits_merged");
  }

  @ParameterizedTest
  @MethodSource("files")
  void anAdapterGoesOutAsItCameIn(String file) {
    Adapted a = adapted(file);
    PeftAdapter out =
        a.adapter().capability(PeftExport.class).orElseThrow().toPeft(a.trained(), a.base());
    Path folder = temporary.resolve("saved");
    PeftDirectory.save(folder, out);
    PeftAdapter again = PeftDirectory.open(folder);
    for (String key : List.of("peft_type", "r", "lora_alpha", "use_dora", "use_rslora", "bias")) {
      assertThat(again.config().get(key)).as(key).isEqualTo(a.peft().config().get(key));
    }
    assertThat((List<?>) again.config().get("target_modules"))
        .as("target_modules")
        .isEqualTo(a.peft().config().get("target_modules"));
    assertThat(again.tensors().names()).isEqualTo(a.peft().tensors().names());
    for (String name : again.tensors().names()) {
      assertThat(again.tensors().shape(name)).as(name).isEqualTo(a.peft().tensors().shape(name));
      float[] actual = again.tensors().copy(name);
      float[] expected = a.peft().tensors().copy(name);
      for (int i = 0; i < expected.length; i++) {
        // a magnitude is kept as its distance from a norm, and rounded twice
        assertThat(actual[i])
            .as("%s[%d]", name, i)
            .isCloseTo(expected[i], org.assertj.core.api.Assertions.within(2e-7f));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void whatCannotBeTakenOverIsRefusedByName(String file) {
    Adapted a = adapted(file);
    TreeMap<String, Object> config = new TreeMap<>(a.peft().config());
    config.put("init_lora_weights", "olora");
    assertThatThrownBy(
            () ->
                PeftDirectory.component(
                    Plugins.onClassPath(), PeftAdapter.of(config, a.peft().tensors())))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("'init_lora_weights' is olora");
    String first = a.peft().tensors().names().first();
    TreeMap<String, Shape> shapes = new TreeMap<>();
    a.peft().tensors().names().forEach(n -> shapes.put(n, a.peft().tensors().shape(n)));
    shapes.remove(first);
    assertThatThrownBy(
            () ->
                a.adapter()
                    .capability(PeftImport.class)
                    .orElseThrow()
                    .fromPeft(WeightSnapshot.computed(shapes, a.peft().tensors()::copy), a.base()))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("no tensor '" + first + "'");
  }

  private static void compareLogits(GoldenModel golden, HostArray logits, String array) {
    float[] actual = GoldenModel.floats(logits);
    float[] expected = golden.arrays().copy(array);
    int tokens = (int) logits.shape()[1];
    int vocabulary = (int) logits.shape()[2];
    for (int row = 0; row < logits.shape()[0]; row++) {
      for (int i = 0; i < golden.length(row) * vocabulary; i++) {
        int at = row * tokens * vocabulary + i;
        golden.close(
            "logits / log-probs", array + "[" + row + "][" + i + "]", actual[at], expected[at]);
      }
    }
  }
}
