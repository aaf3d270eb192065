package io.github.palimpsest.optimizers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.api.RuleViolationException;
import io.github.palimpsest.api.component.Kind;
import io.github.palimpsest.api.discovery.Registered;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.engine.Seats;
import io.github.palimpsest.engine.StepGraph;
import io.github.palimpsest.engine.Training;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.testing.QuadraticModel;
import io.github.palimpsest.testing.Shift;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Techniques that move the weights which the model sees through an adapter. */
@Tag("native")
final class EffectiveSpaceTest {
  private static final int STEPS = 10;

  /** Every optimizer that can, with settings that make its ascent matter. */
  private static Stream<DynamicTest> forEach(Consumer<String> check) {
    Stream<String> choosing =
        Recipes.REGISTRY.all(Kind.OPTIMIZER).stream()
            .filter(r -> r.provider().settings().stream().anyMatch(s -> s.key().equals("space")))
            .map(
                r ->
                    r.provider().id()
                        + "("
                        + radius(r)
                        + "=0.1, space=effective, base=sgd(lr=0.1))");
    return Stream.concat(choosing, Stream.of("flat-lora(rho=0.5, rising=false, base=sgd(lr=0.1))"))
        .map(recipe -> DynamicTest.dynamicTest(recipe, () -> check.accept(recipe)));
  }

  /** The setting that bounds the length of an ascent. */
  private static String radius(Registered r) {
    boolean usual = r.provider().settings().stream().anyMatch(s -> s.key().equals("rho"));
    return usual ? "rho" : "max-rho";
  }

  private static Map<String, float[]> trained(String recipe, Shift shift, int accumulation) {
    return EngineRun.after(
        Seats.of(Recipes.REGISTRY.recipe(recipe)).with(shift), STEPS, accumulation);
  }

  /** Effective weights that are the base plus what is trained move just as the model itself. */
  private static void sameAsWithoutAdapter(String recipe, boolean additive, int accumulation) {
    WeightSnapshot start = EngineRun.PROBLEM.start();
    Map<String, float[]> model = EngineRun.after(recipe, STEPS, accumulation);
    Map<String, float[]> shift = trained(recipe, new Shift(additive, 0), accumulation);
    model.forEach(
        (name, w) -> {
          float[] d = shift.get(Shift.d(name));
          float[] from = start.copy(name);
          for (int i = 0; i < w.length; i++) {
            assertThat((double) from[i] + d[i])
                .as(name + "[" + i + "]")
                .isCloseTo(w[i], within(2e-5 * Math.max(1, Math.abs(w[i]))));
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> through_an_adapter_that_trains_everything_it_is_the_same_technique() {
    return forEach(recipe -> sameAsWithoutAdapter(recipe, true, 1));
  }

  @TestFactory
  Stream<DynamicTest> and_so_it_is_if_nothing_is_known_of_the_adapter() {
    return forEach(recipe -> sameAsWithoutAdapter(recipe, false, 1));
  }

  @TestFactory
  Stream<DynamicTest> and_so_it_is_with_micro_batches() {
    return forEach(recipe -> sameAsWithoutAdapter(recipe, true, 4));
  }

  @TestFactory
  Stream<DynamicTest> under_low_rank_it_is_another_technique_than_in_the_trained_space() {
    return forEach(
        recipe -> {
          Map<String, float[]> effective = trained(recipe, new Shift(true, 2), 1);
          Map<String, float[]> own =
              trained(
                  recipe
                      .replace("effective", "trainable")
                      .replace("flat-lora", "random-perturbation"),
                  new Shift(true, 2),
                  1);
          String a = Shift.a("fc1.weight");
          assertThat(effective.get(a)).as(a).doesNotContain(own.get(a), within(1e-6f));
        });
  }

  /**
   * {@code f = |W + A B - C|^2 / 2} with rank 1: G = W + A B - C, E = rho G / |G|, and the
   * gradients of A and B at the top are (G + E) B' and A' (G + E).
   */
  @Test
  void the_first_step_of_sam_on_a_product_is_that_of_its_closed_form() {
    Map<String, Shape> shapes = Map.of("weight", Shape.of(2, 2));
    float[] c = {1, -2, 0.5f, 3};
    QuadraticModel bowl =
        new QuadraticModel(shapes, Map.of("weight", new float[] {1, 1, 1, 1}), Map.of("weight", c));
    WeightSnapshot start =
        WeightSnapshot.of(shapes, Map.of("weight", new float[] {0.3f, 0.1f, -0.2f, 0.7f}));
    double rho = 0.4;
    double lr = 0.5;
    Seats strategy =
        Seats.of(Recipes.REGISTRY.recipe("sam(rho=0.4, space=effective, base=sgd(lr=0.5))"))
            .with(new Shift(true, 1));
    try (StepGraph graph =
        StepGraph.firstTask(bowl, start, strategy, Training.epochs(1, 1), 3, Device.CPU)) {
      float[] a = graph.trainable().copy(Shift.a("weight"));
      float[] b = graph.trainable().copy(Shift.b("weight"));
      graph.step(List.of(QuadraticModel.example("1")), 0, 1);

      double[] top = new double[4];
      double norm = 0;
      for (int i = 0; i < 4; i++) {
        top[i] = start.copy("weight")[i] + a[i / 2] * b[i % 2] - c[i];
        norm += top[i] * top[i];
      }
      for (int i = 0; i < 4; i++) {
        top[i] *= 1 + rho / Math.sqrt(norm);
      }
      float[] newA = graph.trainable().copy(Shift.a("weight"));
      float[] newB = graph.trainable().copy(Shift.b("weight"));
      for (int i = 0; i < 2; i++) {
        assertThat((double) newA[i])
            .as("a" + i)
            .isCloseTo(a[i] - lr * (top[2 * i] * b[0] + top[2 * i + 1] * b[1]), within(1e-6));
        assertThat((double) newB[i])
            .as("b" + i)
            .isCloseTo(b[i] - lr * (a[0] * top[i] + a[1] * top[2 + i]), within(1e-6));
      }
    }
  }

  @Test
  void a_gradient_that_was_mixed_has_no_counterpart_in_effective_space() {
    assertThatThrownBy(() -> trained("gsam(base=sam(space=effective))", new Shift(true, 2), 1))
        .isInstanceOf(RuleViolationException.class)
        .hasMessageContaining("rule effective-gradient");
  }

  @Test
  void techniques_that_move_both_spaces_may_wrap_each_other() {
    List<String> nested =
        List.of(
            "sam(rho=0.1, base=sam(rho=0.1, space=effective, base=sgd(lr=0.1)))",
            "flat-lora(base=sam(rho=0.1, base=sgd(lr=0.1)))",
            "masked(base=sam(rho=0.1, space=effective, base=sgd(lr=0.1)))");
    for (String recipe : nested) {
      trained(recipe, new Shift(true, 2), 1)
          .forEach((name, w) -> assertThat(w).as(recipe + ": " + name).doesNotContain(Float.NaN));
    }
  }

  @Test
  void the_noise_of_a_step_is_a_function_of_its_stream_alone() {
    String recipe = "flat-lora(rho=0.5, base=sgd(lr=0.1))";
    Map<String, float[]> one = trained(recipe, new Shift(true, 2), 1);
    Map<String, float[]> again = trained(recipe, new Shift(true, 2), 1);
    one.forEach((name, w) -> assertThat(again.get(name)).as(name).containsExactly(w));
  }
}
