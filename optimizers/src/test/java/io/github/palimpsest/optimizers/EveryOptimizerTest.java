package io.github.palimpsest.optimizers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.engine.StepGraph;
import io.github.palimpsest.engine.StepListener;
import io.github.palimpsest.engine.weights.Compute;
import io.github.palimpsest.testing.QuadraticModel;
import io.github.palimpsest.testing.TracedRun;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What holds for every recipe of the catalogue, in the engine. */
@Tag("native")
@Execution(ExecutionMode.CONCURRENT)
final class EveryOptimizerTest {
  /** Floats of state beside the declared ones: a handful of scalars is not worth declaring. */
  private static final int SCALARS = 5;

  /** Their state depends on which parameters there are: they declare the most. */
  private static final List<String> OF_SHAPES = List.of("adafactor", "muon", "masked");

  @TestFactory
  Stream<DynamicTest> it_makes_as_many_passes_and_keeps_as_much_state_as_it_declares() {
    return Catalogue.forEach(
        id -> {
          Optimizer optimizer = Recipes.optimizer(id);
          int steps = 60; // a multiple of every period here
          int task = id.contains("tasks=later") ? 1 : 0; // where it acts
          try (StepGraph graph = EngineRun.open(id, 1)) {
            double calls = 0;
            for (int t = 0; t < steps; t++) {
              calls += graph.optimizerPasses(optimizer.phaseOf(task, t, steps));
            }
            assertThat(calls / steps)
                .as("oracle calls a step of " + id)
                .isCloseTo(Recipes.passes(id), within(1e-9));
            double parameters = floats(graph.trainable());
            double declared = Recipes.slots(id, EngineRun.PROBLEM.model().parameters());
            boolean depends = OF_SHAPES.stream().anyMatch(id::contains);
            assertThat(floats(graph.slots()) / parameters)
                .as("floats of state for each parameter of " + id)
                .isBetween(depends ? 0 : declared - 1e-9, declared + SCALARS / parameters);
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
    return Catalogue.forEach(
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
    return Catalogue.forEach(
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

  /**
   * Factors of products are rounded by up to 2^-9, so after ten steps the loss may differ by a few
   * parts in a hundred; weights and state stay float32.
   */
  @TestFactory
  Stream<DynamicTest> with_products_in_bfloat16_it_learns_nearly_the_same() {
    return Catalogue.forEach(
        id -> {
          double[] losses = new double[2];
          for (Compute compute : Compute.values()) {
            try (StepGraph graph = EngineRun.open(id, compute)) {
              for (int t = 0; t < 10; t++) {
                graph.step(EngineRun.batch(0), t, 10);
              }
              losses[compute.ordinal()] = graph.step(EngineRun.batch(0), 10, 11);
              EngineRun.copies(graph.trainable())
                  .forEach(
                      (name, w) ->
                          assertThat(w)
                              .as(id + " in " + compute + ": " + name)
                              .doesNotContain(Float.NaN, Float.POSITIVE_INFINITY));
            }
          }
          assertThat(losses[1])
              .as("loss of " + id + " in bfloat16")
              .isCloseTo(losses[0], within(0.03 * losses[0]))
              .isNotEqualTo(losses[0]);
        });
  }

  @TestFactory
  Stream<DynamicTest> four_micro_batches_of_unequal_weight_equal_one_batch() {
    return Catalogue.forEach(
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
    return Catalogue.forEach(
        id -> {
          WeightSnapshot straight =
              Runs.train(id, folder.resolve(Runs.folder(id) + "-straight"), StepListener.NONE);
          Path broken = folder.resolve(Runs.folder(id) + "-broken");
          try {
            Runs.train(
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
          WeightSnapshot resumed = Runs.train(id, broken, StepListener.NONE);
          for (String name : straight.names()) {
            assertThat(resumed.copy(name))
                .as(id + ": " + name)
                .containsExactly(straight.copy(name));
          }
        });
  }
}
