package io.github.palimpsest.classifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.model.Classes;
import io.github.palimpsest.api.model.Forward;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.classifier.ClassStream.Scenario;
import io.github.palimpsest.classifier.ClassifierShape.Network;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.engine.inference.FedBatch;
import io.github.palimpsest.engine.inference.Inference;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("native")
class ClassifierModelTest {
  /** Loss, logits and predictions of examples. */
  private static Map<String, HostArray> forward(
      ClassifierModel model, WeightSnapshot weights, List<Example> examples) {
    try (Inference inference = new Inference(model.parameters(), weights, Device.CPU)) {
      return inference
          .program(
              model.inputs(),
              (tf, at, inputs) -> {
                Forward f = model.forward(tf, at, FedBatch.of(model, inputs));
                return Map.of(
                    "loss", f.lossPerExample(),
                    "logits", tf.identity(f.logits()),
                    "predictions", tf.math.add(f.predictions(tf), tf.constant(0f)));
              })
          .run(model.batch(examples));
    }
  }

  private static float[] floats(Map<String, HostArray> result, String name) {
    return ((HostArray.Floats) result.get(name)).toArray();
  }

  /** Without a hidden layer, the logits are a product of the mean embedding with the head. */
  @Test
  void the_loss_of_a_bag_of_words_is_the_cross_entropy_over_the_classes_of_the_task() {
    ClassifierModel model =
        new ClassifierModel(
            new ClassifierShape(Network.MLP, 5, 2, 0, 1, 4),
            ClassStream.of(
                List.of(new TreeSet<>(Set.of("a", "b")), new TreeSet<>(Set.of("c", "d"))),
                Scenario.TASK_INCREMENTAL));
    WeightSnapshot w = model.initialWeights(new Random(3));
    float[] table = w.copy("embedding.weight");
    float[] head = w.copy("head.weight");
    int[] ids = {2, 4, 4};
    double[] z = new double[4];
    for (int c = 0; c < z.length; c++) {
      for (int d = 0; d < 2; d++) {
        double mean = (table[2 * 2 + d] + 2 * table[4 * 2 + d]) / 3;
        z[c] += mean * head[c * 2 + d];
      }
    }
    List<Example> examples =
        List.of(
            model.example("x", ids, 2, List.of(2, 3)),
            model.example("long", new int[] {3, 2, 2, 2}, 0, List.of(0, 1)));
    Map<String, HostArray> result = forward(model, w, examples);
    double expected = Math.log(Math.exp(z[2]) + Math.exp(z[3])) - z[2];
    assertThat((double) floats(result, "loss")[0]).isCloseTo(expected, within(1e-5));
    assertThat((double) floats(result, "logits")[1])
        .as("a class of another task")
        .isCloseTo(z[1], within(1e-5));
    assertThat(floats(result, "predictions")[1]).isLessThan(-1e8f);
  }

  @Test
  void an_encoder_reads_in_both_directions_and_knows_the_order() {
    ClassifierModel model = SmallClassifier.of(Network.ENCODER, Scenario.CLASS_INCREMENTAL);
    WeightSnapshot w = model.initialWeights(new Random(3));
    float[] logits =
        floats(
            forward(
                model,
                w,
                List.of(
                    model.example("x", new int[] {2, 3, 4}, 0, List.of()),
                    model.example("order", new int[] {4, 3, 2}, 0, List.of()))),
            "logits");
    assertThat(logits[0]).isNotCloseTo(logits[5], within(1e-4f));
  }

  @Test
  void a_long_text_loses_its_end() {
    ClassifierModel model = SmallClassifier.of(Network.MLP, Scenario.CLASS_INCREMENTAL);
    Example cut = model.example("x", new int[] {2, 3, 4, 5, 6, 7, 8, 9}, 0, List.of());
    assertThat(cut).isEqualTo(model.example("x", new int[] {2, 3, 4, 5, 6, 7}, 0, List.of()));
  }

  @Test
  void an_example_with_a_class_of_another_task_is_refused() {
    ClassifierModel model = SmallClassifier.of(Network.MLP, Scenario.TASK_INCREMENTAL);
    Example other = model.relabelled(model.example("x", new int[] {2}, 0, List.of(0, 1)), 0, 3);
    assertThatThrownBy(() -> model.batch(List.of(other)))
        .hasMessage("example 'x' has class 3, which it cannot have");
    Example outside = model.example("y", new int[] {12}, 0, List.of(0, 1));
    assertThatThrownBy(() -> model.batch(List.of(outside)))
        .hasMessage("example 'y' has token 12, outside the vocabulary of 12");
  }

  @Test
  void a_model_that_learned_two_tasks_predicts_over_the_classes_of_both() {
    List<List<Integer>> byTask = List.of(List.of(0, 1), List.of(1, 2), List.of(3));
    assertThat(Classes.shared(byTask).heads(2)).containsExactly(List.of(0, 1, 2));
    assertThat(Classes.shared(byTask).heads(0)).isEmpty();
  }
}
