package io.github.palimpsest.cli.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.engine.weights.Compute;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole recipes with products in bfloat16, on a small Llama. */
@Tag("native")
class ComputeTest {
  /** Each factor is off by at most 0.4 %, so a loss of some nats a token is nearly the same. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "adamw(lr=1e-3) + ewc(lambda=10)",
        "sam(rho=0.05, base=adamw(lr=1e-3)) + ewc(lambda=10) + lora(rank=2)",
        "sam(space=effective, base=adamw(lr=1e-3)) + ewc(space=effective) + lora(rank=2)",
        "flat-lora(base=adamw(lr=1e-3)) + balancedness + lora(rank=2)",
        "asam(base=adamw(lr=1e-3)) + replay(ratio=0.5)"
      })
  void the_losses_of_a_recipe_in_bfloat16_are_near_those_in_float32(String recipe) {
    List<Double> exact = SmallLlama.losses(recipe, t -> t.with(Compute.FLOAT32));
    List<Double> rounded = SmallLlama.losses(recipe, t -> t.with(Compute.BFLOAT16));
    assertThat(rounded).as("losses").hasSameSizeAs(exact).isNotEqualTo(exact);
    for (int i = 0; i < exact.size(); i++) {
      assertThat(rounded.get(i))
          .as("loss of step %d", i)
          .isCloseTo(exact.get(i), within(0.02 * Math.max(1, exact.get(i))));
    }
  }
}
