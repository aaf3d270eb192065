package io.github.palimpsest.wiseft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.component.Kind;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.discovery.Plugins;
import io.github.palimpsest.api.merger.Merger;
import io.github.palimpsest.api.merger.WeightHistory;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.recipe.RecipeText;
import io.github.palimpsest.testing.Golden;
import io.github.palimpsest.testing.GoldenProblem;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

final class WiseFtTest {
  private static final JsonNode FILE = Golden.json("wiseft/interpolation.json");

  private static WeightSnapshot between(WeightSnapshot a, WeightSnapshot b, double alpha) {
    return new WiseFt(alpha, From.PRETRAINED).apply(WeightHistory.of(a, a, b, 0, Weights.SITE));
  }

  private static Stream<DynamicTest> forEachAlpha(
      String expected, java.util.function.BiConsumer<Double, JsonNode> check) {
    return FILE.get("expected").get(expected).properties().stream()
        .map(
            e ->
                DynamicTest.dynamicTest(
                    "alpha " + e.getKey(),
                    () -> check.accept(Double.parseDouble(e.getKey()), e.getValue())));
  }

  @TestFactory
  Stream<DynamicTest> each_golden_interpolation_in_float32_is_reproduced() {
    WeightSnapshot theta0 = GoldenProblem.snapshot(FILE.get("inputs").get("theta0"));
    WeightSnapshot theta1 = GoldenProblem.snapshot(FILE.get("inputs").get("theta1"));
    JsonNode tolerance = FILE.get("tolerance").get("float32");
    return forEachAlpha(
        "float32",
        (alpha, expected) -> {
          WeightSnapshot theta = between(theta0, theta1, alpha);
          for (String name : theta.names()) {
            float[] want = Golden.floats(expected.get(name));
            float[] got = theta.copy(name);
            for (int i = 0; i < want.length; i++) {
              double slack =
                  tolerance.get("atol").asDouble()
                      + tolerance.get("rtol").asDouble() * Math.abs(want[i]);
              assertThat((double) got[i])
                  .as(name + "[" + i + "]")
                  .isCloseTo(want[i], within(slack));
            }
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> bfloat16_end_points_give_the_golden_bits_when_rounded_once() {
    WeightSnapshot theta0 = GoldenProblem.snapshot(FILE.get("inputs").get("theta0_bf16"));
    WeightSnapshot theta1 = GoldenProblem.snapshot(FILE.get("inputs").get("theta1_bf16"));
    return forEachAlpha(
        "bf16_computed_in_float32_then_rounded_once",
        (alpha, expected) -> {
          WeightSnapshot theta = between(theta0, theta1, alpha);
          for (String name : theta.names()) {
            float[] rounded = theta.copy(name);
            for (int i = 0; i < rounded.length; i++) {
              rounded[i] = bfloat16(rounded[i]);
            }
            assertThat(rounded).as(name).containsExactly(Golden.floats(expected.get(name)));
          }
        });
  }

  /** To the nearest bfloat16, ties to the even one. */
  private static float bfloat16(float x) {
    int bits = Float.floatToRawIntBits(x);
    int even = (bits >>> 16) & 1;
    return Float.intBitsToFloat((bits + 0x7fff + even) & 0xffff0000);
  }

  @Test
  void alpha_0_and_1_are_the_end_points_bit_for_bit() {
    WeightSnapshot a = Weights.of(Map.of("w", new float[] {0.1f, -0f, Float.MIN_VALUE, 3e38f}));
    WeightSnapshot b = Weights.of(Map.of("w", new float[] {0.3f, 0f, -Float.MIN_VALUE, -3e38f}));
    assertThat(Weights.bits(between(a, b, 0))).as("alpha 0").containsExactly(Weights.bits(a));
    assertThat(Weights.bits(between(a, b, 1))).as("alpha 1").containsExactly(Weights.bits(b));
  }

  @Test
  void weights_that_training_left_alone_stay_as_they_are() {
    WeightSnapshot a = Weights.of(Map.of("w", new float[] {0.1f, 0.7f, 1e-30f}));
    assertThat(Weights.bits(between(a, a, 0.3)))
        .as("both ends equal")
        .containsExactly(Weights.bits(a));
  }

  @Test
  void the_start_is_the_pretrained_or_the_previous_weights() {
    WeightHistory h =
        WeightHistory.of(
            Weights.of(Map.of("w", new float[] {0})),
            Weights.of(Map.of("w", new float[] {4})),
            Weights.of(Map.of("w", new float[] {8})),
            1,
            Weights.SITE);
    Merger fromPretrained = create("x | wise-ft(alpha=0.25)");
    Merger fromPrevious = create("x | wise-ft(alpha=0.25, from=previous)");
    assertThat(fromPretrained.apply(h).copy("w")).as("0.75 * 0 + 0.25 * 8").containsExactly(2f);
    assertThat(fromPrevious.apply(h).copy("w")).as("0.75 * 4 + 0.25 * 8").containsExactly(5f);
  }

  private static Merger create(String recipe) {
    return (Merger) merger(recipe).create();
  }

  private static Component<?> merger(String recipe) {
    return Plugins.onClassPath().component(Kind.MERGER, RecipeText.parse(recipe).pipe().get(0));
  }

  @Test
  void acting_after_the_last_task_alone_is_declared() {
    assertThat(merger("x | wise-ft").traits().onset())
        .as("by default")
        .isEqualTo(Onset.AFTER_TRAINING);
    assertThat(merger("x | wise-ft(when=each-task)").traits().onset())
        .as("after each task")
        .isEqualTo(Onset.FIRST_TASK);
  }

  @Test
  void a_tensor_that_one_side_lacks_is_named() {
    WeightSnapshot a = Weights.of(Map.of("layer.weight", new float[] {1}));
    WeightSnapshot b = Weights.of(Map.of("layer.weigth", new float[] {1}));
    assertThatThrownBy(() -> between(a, b, 0.5))
        .as("names differ")
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("'layer.weigth'")
        .hasMessageContaining("did you mean 'layer.weight'");
  }

  @Test
  void a_tensor_of_another_shape_is_named() {
    WeightSnapshot a = Weights.of(Map.of("w", new float[] {1}));
    WeightSnapshot b = Weights.of(Map.of("w", new float[] {1, 2}));
    assertThatThrownBy(() -> between(a, b, 1))
        .as("shapes differ")
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("'w'")
        .hasMessageContaining("[1]")
        .hasMessageContaining("[2]");
  }
}
