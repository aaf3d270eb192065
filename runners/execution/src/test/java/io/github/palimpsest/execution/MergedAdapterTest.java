package io.github.palimpsest.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.discovery.Plugins;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.engine.Seats;
import io.github.palimpsest.engine.StepListener;
import io.github.palimpsest.engine.TaskLoop;
import io.github.palimpsest.engine.Training;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.testing.ClassifierModel;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Mergers work on the weights that a model sees through an adapter, merged or not. */
@Tag("native")
class MergedAdapterTest {
  private static final PluginRegistry REGISTRY = Plugins.onClassPath();
  private static final ClassifierModel MODEL = new ClassifierModel(4, 6, 3);
  private static final WeightSnapshot PRETRAINED = MODEL.initialWeights(new Random(1));

  private static WeightSnapshot after(String recipe) {
    TaskLoop loop =
        new TaskLoop(
            MODEL,
            PRETRAINED,
            Seats.of(REGISTRY.recipe(recipe)),
            Training.epochs(2, 4),
            7,
            List.of(MODEL.randomTask(0, 1)),
            Device.CPU,
            null);
    loop.train(StepListener.NONE);
    return loop.weights();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "lora(rank=2, target=\"fc.*\")",
        "lora(rank=2, target=\"fc.*\", merge-after-task=true)",
        "dora(rank=2, target=\"fc.*\")",
        "freeze(embeddings=false, names=\"fc2.*\")"
      })
  void interpolating_an_adapter_is_interpolating_the_weights_that_it_makes(String adapter) {
    String plain = "sgd(lr=0.01) + " + adapter;
    WeightSnapshot adapted = after(plain);
    WeightSnapshot half = after(plain + " | wise-ft(alpha=0.5)");
    WeightSnapshot start = after(plain + " | wise-ft(alpha=0)");
    WeightSnapshot end = after(plain + " | wise-ft(alpha=1)");
    assertThat(adapted.copy("fc1.weight")).isNotEqualTo(PRETRAINED.copy("fc1.weight"));
    for (String name : PRETRAINED.names()) {
      float[] w0 = PRETRAINED.copy(name);
      float[] w1 = adapted.copy(name);
      assertThat(start.copy(name)).as("alpha 0 of %s", name).containsExactly(w0);
      assertThat(end.copy(name)).as("alpha 1 of %s", name).containsExactly(w1);
      for (int i = 0; i < w0.length; i++) {
        assertThat((double) half.copy(name)[i])
            .as("%s[%d]", name, i)
            .isCloseTo(0.5 * w0[i] + 0.5 * w1[i], within(1e-6 * Math.max(1, Math.abs(w1[i]))));
      }
    }
  }
}
