package io.github.palimpsest.cli.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.engine.differentiation.Recompute;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole recipes whose backward passes compute activations anew, on a small Llama. */
@Tag("native")
class RecomputeTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "adamw(lr=1e-3) + ewc(lambda=10)",
        "sam(space=effective, base=adamw(lr=1e-3)) + ewc(space=effective) + lora(rank=2)",
        "adamw(lr=1e-3) + lora(rank=2, dropout=0.2)",
        "flat-lora(base=adamw(lr=1e-3)) + balancedness + lora(rank=2)",
        "asam(base=sgd(lr=0.1)) + replay(ratio=0.5)",
        "adam(lr=1e-3) + dora(rank=2)",
        "esam(base=sgd(lr=0.1)) + lwf",
        "sgd(lr=0.1) + a-gem"
      })
  void the_losses_of_a_recipe_are_the_same_with_activations_or_layers_computed_anew(String recipe) {
    List<Double> kept = SmallLlama.losses(recipe, t -> t.with(Recompute.NOTHING));
    for (Recompute anew : List.of(Recompute.WIDE, Recompute.ACTIVATIONS, Recompute.LAYERS)) {
      List<Double> losses = SmallLlama.losses(recipe, t -> t.with(anew));
      assertThat(losses).as("losses with %s computed anew", anew).hasSameSizeAs(kept);
      for (int i = 0; i < kept.size(); i++) {
        assertThat(losses.get(i))
            .as("loss of step %d with %s computed anew", i, anew)
            .isCloseTo(kept.get(i), within(2e-5 * Math.max(1, kept.get(i))));
      }
    }
  }
}
