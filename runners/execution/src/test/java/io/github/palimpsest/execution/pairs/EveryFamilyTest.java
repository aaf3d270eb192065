package io.github.palimpsest.execution.pairs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.component.Kind;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.discovery.Plugins;
import io.github.palimpsest.api.discovery.Registered;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.decoder.DecoderModel;
import io.github.palimpsest.decoder.config.FamilyConfig;
import io.github.palimpsest.engine.Seats;
import io.github.palimpsest.engine.StepListener;
import io.github.palimpsest.engine.TaskLoop;
import io.github.palimpsest.engine.Training;
import io.github.palimpsest.engine.device.Device;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The techniques train the models of every family: two tasks, finite weights, and the same bits
 * again. A run of the suite takes two families, chosen by {@code -Dfamily.seed}; with {@code
 * -Dfamily.seed=all} it takes all.
 */
@Tag("native")
class EveryFamilyTest {
  private static final int AT_ONCE = 2;
  private static final PluginRegistry REGISTRY = Plugins.onClassPath();
  private static final List<String> RECIPES =
      List.of(
          "sam(base=adamw(lr=0.01)) + ewc(lambda=10) + replay(ratio=0.5, capacity=4) | wise-ft",
          "sam(base=adamw(lr=0.01)) + lora(rank=2, target=\".*\") + ewc(lambda=10)",
          "adamw(lr=0.01) + dora(rank=2, target=\".*\") + replay(ratio=0.5, capacity=4)");

  static Stream<Arguments> families() {
    List<Registered> all =
        REGISTRY.all().stream().filter(r -> r.provider().kind() == Kind.FAMILY).toList();
    String seed = System.getProperty("family.seed", "0");
    Random rng = new Random(seed.equals("all") ? 0 : Long.parseLong(seed));
    List<Registered> chosen = new ArrayList<>(all);
    Collections.shuffle(chosen, rng);
    return chosen.subList(0, seed.equals("all") ? all.size() : AT_ONCE).stream()
        .flatMap(f -> RECIPES.stream().map(r -> Arguments.of(f.provider().id().value(), r)));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("families")
  void each_technique_trains_the_models_of_a_family(String family, String recipe)
      throws JsonProcessingException {
    DecoderModel model = model(family);
    WeightSnapshot start = model.initialWeights(new Random(1));
    List<TaskData> tasks = List.of(task(0), task(1));
    WeightSnapshot one = trained(model, start, recipe, tasks);
    WeightSnapshot two = trained(model, start, recipe, tasks);
    for (String name : start.names()) {
      assertThat(two.copy(name)).as(name).containsExactly(one.copy(name));
    }
    assertMoved(start, one);
  }

  /** The example of a family. */
  static DecoderModel model(String family) throws JsonProcessingException {
    FamilyConfig config = FamilyConfig.of(REGISTRY.find(family));
    ObjectNode json = (ObjectNode) new ObjectMapper().readTree(config.family().example());
    return new DecoderModel(config.read("example", json));
  }

  /** The weights after two tasks. */
  static WeightSnapshot trained(
      DecoderModel model, WeightSnapshot start, String recipe, List<TaskData> tasks) {
    TaskLoop loop =
        new TaskLoop(
            model,
            start,
            Seats.of(REGISTRY.recipe(recipe)),
            Training.epochs(1, 2),
            7,
            tasks,
            Device.CPU,
            null);
    loop.train(StepListener.NONE);
    loop.train(StepListener.NONE);
    return loop.weights();
  }

  /** Finite weights, at least one tensor of which training changed; added ones start at 0. */
  static void assertMoved(WeightSnapshot start, WeightSnapshot trained) {
    assertThat(trained.names()).containsAll(start.names());
    int moved = 0;
    for (String name : trained.names()) {
      float[] w = trained.copy(name);
      for (float v : w) {
        assertThat(v).as(name).isFinite();
      }
      float[] before = start.names().contains(name) ? start.copy(name) : new float[w.length];
      moved += Arrays.equals(w, before) ? 0 : 1;
    }
    assertThat(moved).as("tensors that training changed").isPositive();
  }

  static TaskData task(int index) {
    List<Example> examples = new ArrayList<>();
    for (int e = 0; e < 4; e++) {
      int[] ids = new int[6];
      float[] targets = new float[6];
      for (int p = 0; p < ids.length; p++) {
        ids[p] = 3 + (5 * e + 7 * p + 11 * index) % 30;
        targets[p] = p == 0 ? 0 : 1;
      }
      TreeMap<String, HostArray> fields = new TreeMap<>();
      fields.put(DecoderModel.IDS, new HostArray.Ints(ids, ids.length));
      fields.put(DecoderModel.TARGETS, new HostArray.Floats(targets, targets.length));
      examples.add(new Example("t" + index + "/" + e, ids.length, fields));
    }
    return TaskData.of(index, "t" + index, examples);
  }
}
