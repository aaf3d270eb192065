package io.github.palimpsest.execution.pairs;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.api.component.Kind;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.discovery.Plugins;
import io.github.palimpsest.api.model.Model;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.engine.Seats;
import io.github.palimpsest.engine.StepListener;
import io.github.palimpsest.engine.TaskLoop;
import io.github.palimpsest.engine.Training;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.testing.ClassifierModel;
import io.github.palimpsest.testing.DeclaredModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Weights of tokens act under every optimizer and every rehearsal of the catalogue, and a step is
 * the same however it is cut into micro-batches. Each optimizer and each rehearsal is in at least
 * one recipe; {@code EveryPairTest} trains all pairs.
 */
@Tag("native")
@Execution(ExecutionMode.CONCURRENT)
class TokenWeightsTest {
  private static final PluginRegistry REGISTRY = Plugins.onClassPath();
  private static final Model MODEL =
      DeclaredModel.withNorm(new ClassifierModel(4, 6, 3), "fc2.bias");
  private static final WeightSnapshot PRETRAINED = MODEL.initialWeights(new Random(1));
  private static final Offset<Float> TOLERANCE = Offset.offset(1e-4f);
  private static final List<String> WEIGHTINGS = List.of("talr", "dft", "eaft(top=3)");
  private static final List<Example> CORPUS = task(2).examples();

  private static TaskData task(int index) {
    Random rng = new Random(10 + index);
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      float[] x = new float[4];
      for (int j = 0; j < 4; j++) {
        x[j] = (float) rng.nextGaussian();
      }
      examples.add(ClassifierModel.example("t" + index + "/" + i, x, rng.nextInt(3), 1 + i % 2));
    }
    return TaskData.of(index, "t" + index, examples);
  }

  private static List<String> ids(Kind kind) {
    return REGISTRY.all().stream()
        .filter(r -> r.provider().kind() == kind)
        .map(r -> r.provider().id().value())
        .toList();
  }

  /** The i-th optimizer with the i-th rehearsal and weighting, each list from its start again. */
  static List<String> recipes() {
    List<String> optimizers = ids(Kind.OPTIMIZER);
    List<String> rehearsals = ids(Kind.REHEARSAL);
    List<String> recipes = new ArrayList<>();
    for (int i = 0; i < Math.max(optimizers.size(), rehearsals.size()); i++) {
      recipes.add(
          optimizers.get(i % optimizers.size())
              + " + "
              + rehearsals.get(i % rehearsals.size())
              + " + "
              + WEIGHTINGS.get(i % WEIGHTINGS.size()));
    }
    return recipes;
  }

  private static float[] trained(String recipe, int accumulation) {
    TaskLoop loop =
        new TaskLoop(
            MODEL,
            PRETRAINED,
            Seats.of(REGISTRY.recipe(recipe)),
            new Training(2, 0, 6, accumulation, 0),
            7,
            List.of(task(0).beside(CORPUS), task(1).beside(CORPUS)),
            Device.CPU,
            null);
    loop.train(StepListener.NONE);
    loop.train(StepListener.NONE);
    return loop.weights().copy("fc2.weight");
  }

  @ParameterizedTest
  @MethodSource("recipes")
  void they_act_and_do_not_depend_on_micro_batches(String recipe) {
    float[] whole = trained(recipe, 1);
    assertThat(whole)
        .as("with weights and without")
        .isNotEqualTo(trained(recipe.substring(0, recipe.lastIndexOf(" + ")), 1));
    assertThat(trained(recipe, 3)).as("in three parts").containsExactly(whole, TOLERANCE);
  }
}
