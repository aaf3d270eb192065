package io.github.palimpsest.optimizers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.api.Example;
import io.github.palimpsest.api.Kind;
import io.github.palimpsest.api.Optimizer;
import io.github.palimpsest.api.TaskData;
import io.github.palimpsest.api.WeightSnapshot;
import io.github.palimpsest.engine.Device;
import io.github.palimpsest.engine.StepGraph;
import io.github.palimpsest.engine.StepListener;
import io.github.palimpsest.engine.Strategy;
import io.github.palimpsest.engine.TaskLoop;
import io.github.palimpsest.engine.Training;
import io.github.palimpsest.testing.QuadraticModel;
import io.github.palimpsest.testing.TracedRun;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.ndarray.Shape;

/** What holds for every optimizer of this module, with its defaults, in the engine. */
final class EveryOptimizerTest {
  private static Stream<DynamicTest> forEach(Consumer<String> check) {
    return Recipes.REGISTRY.all(Kind.OPTIMIZER).stream()
        .map(r -> r.provider().id().value())
        .map(id -> DynamicTest.dynamicTest(id, () -> check.accept(id)));
  }

  /** Floats of state beside the declared ones: a handful of scalars is not worth declaring. */
  private static final int SCALARS = 4;

  @TestFactory
  Stream<DynamicTest> it_makes_as_many_passes_and_keeps_as_much_state_as_it_declares() {
    return forEach(
        id -> {
          Optimizer optimizer = Recipes.optimizer(id);
          int steps = 60; // a multiple of every default period
          try (StepGraph graph = EngineRun.open(id, 1)) {
            double calls = 0;
            for (int t = 0; t < steps; t++) {
              calls += graph.optimizerPasses(optimizer.phaseOf(0, t, steps));
            }
            assertThat(calls / steps)
                .as("oracle calls a step of " + id)
                .isCloseTo(Recipes.passes(id), within(1e-9));
            double parameters = floats(graph.trainable());
            assertThat(floats(graph.slots()) / parameters)
                .as("floats of state for each parameter of " + id)
                .isLessThanOrEqualTo(Recipes.slots(id) + SCALARS / parameters);
          }
        });
  }

  private static double floats(WeightSnapshot s) {
    return s.names().stream().mapToLong(n -> s.shape(n).size()).sum();
  }

  @TestFactory
  Stream<DynamicTest> a_zero_gradient_moves_nothing() {
    Map<String, Shape> shapes =
        Map.of("a.weight", Shape.of(3, 2), "a.norm", Shape.of(2), "a.bias", Shape.of(2));
    Map<String, float[]> zeros =
        Map.of("a.weight", new float[6], "a.norm", new float[2], "a.bias", new float[2]);
    Map<String, float[]> ones =
        Map.of(
            "a.weight", new float[] {1, 1, 1, 1, 1, 1},
            "a.norm", new float[] {1, 1},
            "a.bias", new float[] {1, 1});
    QuadraticModel bowl = new QuadraticModel(shapes, ones, zeros);
    List<List<Example>> batches =
        List.of(List.of(QuadraticModel.example("1")), List.of(QuadraticModel.example("2")));
    return forEach(
        id ->
            TracedRun.of(bowl, Recipes.optimizer(id), WeightSnapshot.of(shapes, zeros), batches)
                .forEach(
                    step ->
                        step.after()
                            .forEach(
                                (name, w) ->
                                    assertThat(w)
                                        .as(id + ": " + name)
                                        .containsExactly(new float[w.length], within(0f)))));
  }

  @TestFactory
  Stream<DynamicTest> it_learns() {
    return forEach(
        id -> {
          try (StepGraph graph = EngineRun.open(id, 1)) {
            double first = graph.step(EngineRun.batch(0), 0, 50);
            double last = first;
            for (int t = 1; t < 50; t++) {
              last = graph.step(EngineRun.batch(0), t, 50);
            }
            assertThat(last).as("loss of " + id + " after 50 steps").isLessThan(first);
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> four_micro_batches_of_unequal_weight_equal_one_batch() {
    return forEach(
        id -> {
          Map<String, float[]> whole = EngineRun.after(id, 4, 1);
          Map<String, float[]> cut = EngineRun.after(id, 4, 4);
          whole.forEach(
              (name, w) -> {
                for (int i = 0; i < w.length; i++) {
                  assertThat((double) cut.get(name)[i])
                      .as(id + ": " + name + "[" + i + "]")
                      .isCloseTo(w[i], within(2e-6 * Math.max(1, Math.abs(w[i]))));
                }
              });
        });
  }

  @TestFactory
  Stream<DynamicTest> stopped_in_mid_task_it_goes_on_with_the_same_bits(@TempDir Path folder) {
    return forEach(
        id -> {
          WeightSnapshot straight = run(id, folder.resolve(id + "-straight"), StepListener.NONE);
          Path broken = folder.resolve(id + "-broken");
          try {
            run(
                id,
                broken,
                (task, step, total, loss) -> {
                  if (step == 8) {
                    throw new IllegalStateException("stopped");
                  }
                });
          } catch (IllegalStateException stopped) {
            assertThat(stopped).as("the stop").hasMessage("stopped");
          }
          WeightSnapshot resumed = run(id, broken, StepListener.NONE);
          for (String name : straight.names()) {
            assertThat(resumed.copy(name))
                .as(id + ": " + name)
                .containsExactly(straight.copy(name));
          }
        });
  }

  private static WeightSnapshot run(String id, Path folder, StepListener listener) {
    folder.toFile().mkdirs();
    List<Example> examples = new ArrayList<>();
    for (int t = 0; t < 6; t++) {
      examples.addAll(EngineRun.batch(t));
    }
    TaskLoop loop =
        new TaskLoop(
            EngineRun.PROBLEM.model(),
            EngineRun.PROBLEM.start(),
            Strategy.of(Recipes.REGISTRY.recipe(id)),
            new Training(2, 0, 8, 1, 0, 3),
            3,
            List.of(new TaskData(0, "classifier", examples)),
            Device.CPU,
            folder);
    loop.train(listener);
    return loop.weights();
  }
}
