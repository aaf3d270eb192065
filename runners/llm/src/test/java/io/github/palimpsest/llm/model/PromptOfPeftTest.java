package io.github.palimpsest.llm.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.palimpsest.api.adapter.Adapter;
import io.github.palimpsest.api.adapter.BoundAdapter;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.discovery.Plugins;
import io.github.palimpsest.api.model.Forward;
import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.recipe.RecipeText;
import io.github.palimpsest.decoder.DecoderModel;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.engine.inference.Inference;
import io.github.palimpsest.engine.weights.Shapes;
import io.github.palimpsest.testing.Golden;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** A prompt before the embedded tokens, next to PEFT's, on a Llama model and a padded batch. */
@Tag("native")
class PromptOfPeftTest {
  @Test
  void loss_logits_and_the_gradient_of_the_vectors_equal_those_of_peft(@TempDir Path temporary) {
    JsonNode json = Golden.own("/papers/prompt_tuning.json");
    HuggingFaceDirectory directory =
        HuggingFaceDirectory.open(
            Golden.copy(json.at("/hyper/model_dir").asText(), temporary.resolve("model")));
    GoldenModel golden = new GoldenModel(json, directory, directory.weights());
    DecoderModel model = golden.model();
    Adapter adapter =
        (Adapter)
            Plugins.onClassPath()
                .component(RecipeText.parse("prompt-tuning(tokens=3)").sum().get(0))
                .create();
    BoundAdapter bound = adapter.bind(model.parameters());
    String name = bound.trainable().get(0).name();
    Map<String, HostArray> outputs;
    try (Inference inference = new Inference(model.parameters(), directory.weights(), Device.CPU)) {
      outputs =
          inference
              .program(
                  model.inputs(),
                  (tf, at, inputs) -> {
                    Operand<TFloat32> p = prompt(tf, json.at("/inputs/prompt"));
                    Forward f =
                        model.forward(
                            tf,
                            bound.effective(tf, Params.of(Tensors.of(Map.of(name, p))), at),
                            GoldenModel.batch(model, inputs));
                    Operand<TFloat32> loss =
                        tf.math.div(
                            tf.sum(f.lossPerExample(), tf.constant(0)),
                            tf.sum(f.weightPerExample(), tf.constant(0)));
                    return Map.of(
                        "loss",
                        loss,
                        "logits",
                        f.logits(),
                        "gradient",
                        tf.gradients(loss, List.of(p)).dy(0));
                  })
              .run(model.batch(golden.examples()));
    }
    golden.close(
        "loss",
        "loss",
        GoldenModel.floats(outputs.get("loss"))[0],
        json.at("/expected/loss").asDouble());
    float[] gradient = GoldenModel.floats(outputs.get("gradient"));
    double[] expected = Golden.doubles(json.at("/expected/gradient"));
    assertThat(gradient).hasSameSizeAs(expected);
    for (int i = 0; i < gradient.length; i++) {
      golden.close("gradient entries", "gradient[" + i + "]", gradient[i], expected[i]);
    }
    HostArray.Floats logits = (HostArray.Floats) outputs.get("logits");
    int rows = Math.toIntExact(logits.shape()[1]);
    int vocabulary = Math.toIntExact(logits.shape()[2]);
    for (Map.Entry<String, JsonNode> e :
        json.at("/expected/first_logits_of_last_token").properties()) {
      int example = Integer.parseInt(e.getKey());
      int place = (example * rows + golden.length(example) - 1) * vocabulary;
      for (int v = 0; v < e.getValue().size(); v++) {
        golden.close(
            "logits",
            "logit " + v + " of the last token of row " + example,
            logits.values().get(place + v),
            e.getValue().get(v).asDouble());
      }
    }
  }

  private static Operand<TFloat32> prompt(Ops tf, JsonNode tensor) {
    return tf.constant(Shapes.of(Golden.shape(tensor)), DataBuffers.of(Golden.floats(tensor)));
  }
}
