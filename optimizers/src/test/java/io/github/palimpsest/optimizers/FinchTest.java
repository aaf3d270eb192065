package io.github.palimpsest.optimizers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The loss is 1/2 (w0^2 + 4 w1^2), with the gradient (w0, 4 w1). */
@Tag("native")
final class FinchTest {
  private static float[] after(String recipe, float... w) {
    return ClosedForm.vector(1, 4).after(recipe, 1, w);
  }

  @Test
  void a_step_goes_with_one_over_the_root_of_the_loss() {
    // at (2, 2) the loss is 10 and the gradient (2, 8); the factor is sqrt(2.5 / 10) = 0.5
    assertThat(after("finch(reference=2.5, base=sgd(lr=0.1))", 2, 2))
        .containsExactly(new float[] {2 - 0.05f * 2, 2 - 0.05f * 8}, within(1e-6f));
  }

  @Test
  void a_small_loss_gives_the_largest_factor_and_no_more() {
    assertThat(after("finch(most=3, base=sgd(lr=0.01))", 0.01f, 0))
        .containsExactly(new float[] {0.01f - 0.03f * 0.01f, 0}, within(1e-8f));
    assertThat(after("finch(most=3, base=sgd(lr=0.01))", 0, 0))
        .as("at a loss of 0")
        .containsExactly(0, 0);
  }

  @Test
  void at_the_reference_loss_a_step_is_that_of_the_base() {
    assertThat(after("finch(reference=10, base=adamw(lr=0.1))", 2, 2))
        .containsExactly(after("adamw(lr=0.1)", 2, 2), within(1e-7f));
  }

  @Test
  void around_sam_the_loss_is_that_before_the_ascent() {
    float[] base = after("sam(rho=0.5, base=sgd(lr=0.1))", 2, 2);
    assertThat(after("finch(reference=2.5, base=sam(rho=0.5, base=sgd(lr=0.1)))", 2, 2))
        .containsExactly(
            new float[] {2 + 0.5f * (base[0] - 2), 2 + 0.5f * (base[1] - 2)}, within(1e-6f));
  }
}
