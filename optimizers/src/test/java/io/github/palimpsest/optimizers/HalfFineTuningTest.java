package io.github.palimpsest.optimizers;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.ParameterSpec.Role;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.engine.Seats;
import io.github.palimpsest.engine.StepListener;
import io.github.palimpsest.engine.TaskLoop;
import io.github.palimpsest.engine.Training;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.testing.DeclaredModel;
import io.github.palimpsest.testing.QuadraticModel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("native")
final class HalfFineTuningTest {
  private static final int LAYERS = 4;
  private static final List<String> ATTENTION =
      List.of("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.o_proj");
  private static final List<String> FEED_FORWARD =
      List.of("mlp.gate_proj", "mlp.up_proj", "mlp.down_proj");
  private static final List<String> NORMS = List.of("input_layernorm", "post_attention_layernorm");
  private static final List<String> OTHERS =
      List.of(
          "model.embed_tokens.weight",
          "lm_head.weight",
          "model.norm.weight",
          "model.layers.0.self_attn.q_proj.bias");

  private static String name(int layer, String part) {
    return "model.layers." + layer + "." + part + ".weight";
  }

  private static List<ParameterSpec> decoder() {
    List<ParameterSpec> all = new ArrayList<>();
    Shape one = Shape.of(1, 1);
    for (int layer = 0; layer < LAYERS; layer++) {
      for (String part : ATTENTION) {
        all.add(new ParameterSpec(name(layer, part), one, Role.KERNEL, layer));
      }
      for (String part : FEED_FORWARD) {
        all.add(new ParameterSpec(name(layer, part), one, Role.KERNEL, layer));
      }
      for (String part : NORMS) {
        all.add(new ParameterSpec(name(layer, part), Shape.of(1), Role.NORM, layer));
      }
    }
    all.add(new ParameterSpec(OTHERS.get(0), one, Role.EMBEDDING));
    all.add(new ParameterSpec(OTHERS.get(1), one, Role.HEAD));
    all.add(new ParameterSpec(OTHERS.get(2), Shape.of(1), Role.NORM));
    all.add(new ParameterSpec(OTHERS.get(3), Shape.of(1), Role.BIAS, 0));
    return all;
  }

  private static List<ParameterSpec> kernels(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> new ParameterSpec(i + ".weight", Shape.of(1, 1), Role.KERNEL))
        .toList();
  }

  /** What each of some tasks of five steps moves, halving it in each step. */
  private static List<Set<String>> moved(List<ParameterSpec> parameters, String recipe, int tasks) {
    Map<String, Shape> shapes = new TreeMap<>();
    Map<String, float[]> ones = new TreeMap<>();
    Map<String, float[]> zeros = new TreeMap<>();
    parameters.forEach(
        p -> {
          shapes.put(p.name(), p.shape());
          ones.put(p.name(), new float[] {1});
          zeros.put(p.name(), new float[] {0});
        });
    List<Example> examples =
        IntStream.range(0, 5).mapToObj(i -> QuadraticModel.example("e" + i)).toList();
    List<TaskData> all =
        IntStream.range(0, tasks)
            .mapToObj(task -> TaskData.of(task, "task " + task, examples))
            .toList();
    TaskLoop loop =
        new TaskLoop(
            new DeclaredModel(new QuadraticModel(shapes, ones, zeros), parameters),
            WeightSnapshot.of(shapes, ones),
            Seats.of(Recipes.REGISTRY.recipe(recipe)),
            Training.epochs(1, 1),
            11,
            all,
            Device.CPU,
            null);
    List<Set<String>> moved = new ArrayList<>();
    WeightSnapshot before = loop.weights();
    for (int task = 0; task < tasks; task++) {
      loop.train(StepListener.NONE);
      WeightSnapshot after = loop.weights();
      Set<String> some = new TreeSet<>();
      for (String name : shapes.keySet()) {
        float way = after.copy(name)[0] / before.copy(name)[0];
        if (way != 1) {
          some.add(name);
          assertThat(way).as("five halvings of " + name).isEqualTo(1 / 32f);
        }
      }
      moved.add(some);
      before = after;
    }
    return moved;
  }

  private static long count(Set<String> moved, int layer, List<String> parts) {
    return parts.stream().filter(part -> moved.contains(name(layer, part))).count();
  }

  @Test
  void half_of_the_matrices_stay_for_a_whole_task_and_the_next_task_draws_again() {
    List<Set<String>> tasks = moved(kernels(7), "half-fine-tuning(base=sgd(lr=0.5))", 6);
    assertThat(tasks).allSatisfy(t -> assertThat(t).as("7 - floor(7 / 2)").hasSize(4));
    assertThat(Set.copyOf(tasks)).as("of 35 possible choices").hasSizeGreaterThan(2);
  }

  @Test
  void half_of_each_attention_feed_forward_and_pair_of_norms_stays_as_in_the_paper() {
    List<Set<String>> tasks = moved(decoder(), "half-fine-tuning(base=sgd(lr=0.5))", 8);
    Set<List<Long>> layersOfTwo = new HashSet<>();
    for (Set<String> moved : tasks) {
      assertThat(moved).as("embedding, head, last norm and bias").containsAll(OTHERS);
      List<Long> feedForward = new ArrayList<>();
      for (int layer = 0; layer < LAYERS; layer++) {
        assertThat(count(moved, layer, ATTENTION)).as("of four matrices").isEqualTo(2);
        assertThat(count(moved, layer, NORMS)).as("of two norms").isEqualTo(1);
        feedForward.add(count(moved, layer, FEED_FORWARD));
      }
      assertThat(feedForward)
          .as("of three matrices: two in half of the layers, one in the others")
          .containsExactlyInAnyOrder(1L, 1L, 2L, 2L);
      layersOfTwo.add(feedForward);
    }
    assertThat(Set.copyOf(tasks)).hasSizeGreaterThan(4);
    assertThat(layersOfTwo).as("of 6 possible choices of layers").hasSizeGreaterThan(1);
  }

  @Test
  void another_share_is_kept_exactly_over_all_layers() {
    Set<String> moved =
        moved(decoder(), "half-fine-tuning(frozen=0.25, base=sgd(lr=0.5))", 1).get(0);
    long attention = 0;
    long feedForward = 0;
    for (int layer = 0; layer < LAYERS; layer++) {
      attention += count(moved, layer, ATTENTION);
      feedForward += count(moved, layer, FEED_FORWARD);
    }
    assertThat(attention).as("0.75 * 16").isEqualTo(12);
    assertThat(feedForward).as("0.75 * 12").isEqualTo(9);
  }
}
