package io.github.palimpsest.ablation;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.api.Example;
import io.github.palimpsest.api.RuleViolationException;
import io.github.palimpsest.api.TaskData;
import io.github.palimpsest.api.WeightSnapshot;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.discovery.Plugins;
import io.github.palimpsest.engine.Device;
import io.github.palimpsest.engine.StepListener;
import io.github.palimpsest.engine.Strategy;
import io.github.palimpsest.engine.TaskLoop;
import io.github.palimpsest.engine.Training;
import io.github.palimpsest.testing.ClassifierModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Any two components of different kinds train two tasks together, or are refused with a rule. */
class EveryPairTest {
  private static final PluginRegistry REGISTRY = Plugins.onClassPath();
  private static final ClassifierModel MODEL = new ClassifierModel(4, 6, 3);
  private static final WeightSnapshot PRETRAINED = MODEL.initialWeights(new Random(1));
  private static final String SGD = "sgd(lr=0.1)";

  private static final List<List<String>> KINDS =
      List.of(
          List.of("sam(base=sgd(lr=0.1))"),
          List.of(
              "lora(rank=2, target=\"fc.*\")",
              "lora(rank=2, target=\"fc.*\", merge-after-task=true)",
              "freeze(embeddings=false, names=\"fc1.*\")"),
          List.of(
              "ewc(lambda=1)",
              "kl(lambda=1)",
              "l2-sp(lambda=1)",
              "lwf(lambda=1)",
              "mas(lambda=1)",
              "si(c=1)",
              "o-lora(lambda=0.1)"),
          List.of("replay(ratio=0.5, capacity=6)"),
          List.of(
              "wise-ft(alpha=0.5)",
              "wise-ft(alpha=0.5, when=each-task)",
              "dare",
              "fisher-merging",
              "lines",
              "slerp",
              "task-arithmetic(lambda=0.5)",
              "ties"));

  private static List<String> recipes() {
    List<String> recipes = new ArrayList<>();
    for (int i = 0; i < KINDS.size(); i++) {
      for (int j = i + 1; j < KINDS.size(); j++) {
        for (String one : KINDS.get(i)) {
          for (String other : KINDS.get(j)) {
            String sum = i == 0 ? one : SGD + " + " + one;
            recipes.add(sum + (j == KINDS.size() - 1 ? " | " : " + ") + other);
          }
        }
      }
    }
    return recipes;
  }

  private static TaskData task(int index) {
    Random rng = new Random(10 + index);
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      float[] x = new float[4];
      for (int j = 0; j < 4; j++) {
        x[j] = (float) rng.nextGaussian();
      }
      examples.add(ClassifierModel.example("t" + index + "/" + i, x, rng.nextInt(3), 1));
    }
    return new TaskData(index, "t" + index, examples);
  }

  private static TaskLoop loop(String recipe, @Nullable Path folder) {
    return new TaskLoop(
        MODEL,
        PRETRAINED,
        Strategy.of(REGISTRY.recipe(recipe)),
        Training.epochs(1, 4),
        7,
        List.of(task(0), task(1)),
        Device.CPU,
        folder);
  }

  @Test
  void every_pair_trains_and_goes_on_from_its_checkpoint_with_the_same_bits(@TempDir Path folder) {
    Set<String> refused = new TreeSet<>();
    int number = 0;
    for (String recipe : recipes()) {
      TaskLoop whole;
      try {
        whole = loop(recipe, null);
      } catch (RuleViolationException e) {
        refused.add(e.rule() + ": " + recipe);
        continue;
      }
      whole.train(StepListener.NONE);
      whole.train(StepListener.NONE);
      Path own = folder.resolve("run-" + number++);
      loop(recipe, own).train(StepListener.NONE);
      TaskLoop resumed = loop(recipe, own);
      resumed.train(StepListener.NONE);
      for (String name : PRETRAINED.names()) {
        float[] w = whole.weights().copy(name);
        assertThat(resumed.weights().copy(name)).as("%s of %s", name, recipe).containsExactly(w);
        for (float v : w) {
          assertThat(v).as("%s of %s", name, recipe).isFinite();
        }
      }
    }
    String merging = SGD + " + lora(rank=2, target=\"fc.*\", merge-after-task=true) + ";
    String eachTask = " | wise-ft(alpha=0.5, when=each-task)";
    assertThat(refused)
        .as("refused pairs: an anchor in an adapter that ends, and o-lora without lora")
        .containsExactlyInAnyOrder(
            "conflicts: " + merging + "ewc(lambda=1)",
            "conflicts: " + merging + "kl(lambda=1)",
            "conflicts: " + merging + "l2-sp(lambda=1)",
            "conflicts: " + merging + "mas(lambda=1)",
            "conflicts: " + merging + "si(c=1)",
            "requires: sam(base=sgd(lr=0.1)) + o-lora(lambda=0.1)",
            "requires: "
                + SGD
                + " + freeze(embeddings=false, names=\"fc1.*\") + o-lora(lambda=0.1)",
            "requires: " + SGD + " + o-lora(lambda=0.1) + replay(ratio=0.5, capacity=6)",
            "requires: " + SGD + " + o-lora(lambda=0.1) | dare",
            "requires: " + SGD + " + o-lora(lambda=0.1) | fisher-merging",
            "requires: " + SGD + " + o-lora(lambda=0.1) | lines",
            "requires: " + SGD + " + o-lora(lambda=0.1) | slerp",
            "requires: " + SGD + " + o-lora(lambda=0.1) | task-arithmetic(lambda=0.5)",
            "requires: " + SGD + " + o-lora(lambda=0.1) | ties",
            "requires: " + SGD + " + o-lora(lambda=0.1) | wise-ft(alpha=0.5)",
            "requires: " + SGD + " + o-lora(lambda=0.1)" + eachTask);
  }
}
