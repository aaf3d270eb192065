package io.github.palimpsest.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.api.Example;
import io.github.palimpsest.api.HostArray;
import io.github.palimpsest.api.TaskData;
import io.github.palimpsest.api.WeightSnapshot;
import io.github.palimpsest.api.discovery.Plugins;
import io.github.palimpsest.engine.Compute;
import io.github.palimpsest.engine.Device;
import io.github.palimpsest.engine.Strategy;
import io.github.palimpsest.engine.Streams;
import io.github.palimpsest.engine.TaskLoop;
import io.github.palimpsest.engine.Training;
import io.github.palimpsest.llm.model.LlamaConfig;
import io.github.palimpsest.llm.model.LlamaModel;
import io.github.palimpsest.llm.model.Rope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole recipes with products in bfloat16, on a small Llama. */
class ComputeTest {
  private static final LlamaModel MODEL =
      new LlamaModel(
          new LlamaConfig(
              32,
              16,
              24,
              2,
              4,
              2,
              4,
              8,
              1e-5,
              new Rope(10000, new Rope.Unscaled()),
              false,
              0.2,
              1,
              2));

  private static TaskData task(int index) {
    RandomGenerator rng = Streams.stream(5, "examples", index, 0);
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      int[] ids = rng.ints(6, 0, 32).toArray();
      float[] targets = new float[ids.length];
      Arrays.fill(targets, 1, targets.length, 1);
      examples.add(
          new Example(
              index + "/" + i,
              ids.length,
              new TreeMap<>(
                  Map.of(
                      LlamaModel.IDS, new HostArray.Ints(ids, ids.length),
                      LlamaModel.TARGETS, new HostArray.Floats(targets, targets.length)))));
    }
    return new TaskData(index, "t" + index, examples);
  }

  /** Losses of all steps of two tasks, with accumulation and clipping. */
  private static List<Double> losses(String recipe, Compute compute) {
    WeightSnapshot start = MODEL.initialWeights(Streams.stream(3, "initial weights", 0, 0));
    List<Double> losses = new ArrayList<>();
    TaskLoop loop =
        new TaskLoop(
            MODEL,
            start,
            Strategy.of(Plugins.onClassPath().recipe(recipe)),
            new Training(2, 0, 4, 2, 1, 0).with(compute),
            7,
            List.of(task(0), task(1)),
            Device.CPU,
            null);
    for (int t = 0; t < 2; t++) {
      loop.train((task, step, total, loss) -> losses.add(loss));
    }
    return losses;
  }

  /** Each factor is off by at most 0.4 %, so a loss of some nats a token is nearly the same. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "adamw(lr=1e-3) + ewc(lambda=10)",
        "sam(rho=0.05, base=adamw(lr=1e-3)) + ewc(lambda=10) + lora(rank=2)",
        "sam(perturb=effective, base=adamw(lr=1e-3)) + ewc(space=effective) + lora(rank=2)",
        "flat-lora(base=adamw(lr=1e-3)) + balancedness + lora(rank=2)",
        "asam(base=adamw(lr=1e-3)) + replay(ratio=0.5)"
      })
  void the_losses_of_a_recipe_in_bfloat16_are_near_those_in_float32(String recipe) {
    List<Double> exact = losses(recipe, Compute.FLOAT32);
    List<Double> rounded = losses(recipe, Compute.BFLOAT16);
    assertThat(rounded).as("losses").hasSameSizeAs(exact).isNotEqualTo(exact);
    for (int i = 0; i < exact.size(); i++) {
      assertThat(rounded.get(i))
          .as("loss of step %d", i)
          .isCloseTo(exact.get(i), within(0.02 * Math.max(1, exact.get(i))));
    }
  }
}
