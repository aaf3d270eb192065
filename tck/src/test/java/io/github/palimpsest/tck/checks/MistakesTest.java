package io.github.palimpsest.tck.checks;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.api.optimizer.Term;
import io.github.palimpsest.tck.rig.Named;
import io.github.palimpsest.tck.rig.OptimizerRig.Asked;
import io.github.palimpsest.tck.rig.OptimizerRig.Step;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MistakesTest {
  private static final Set<Term> ALL = EnumSet.allOf(Term.class);
  private static final Named W = named(1, -2, 3);
  private static final Named G = named(4, 1, -1);
  private static final Named E = named(0.1f, 0.2f, -0.3f);
  private static final Named SECOND = named(2, -5, 1);

  private static Named named(float... values) {
    return new Named(Map.of("w", values));
  }

  /** What an update looks like to one who asked at w and at w + e. */
  private static String typicalOf(Named update) {
    List<Asked> asked =
        List.of(new Asked(W, ALL, false, G), new Asked(W.plus(E), ALL, false, SECOND));
    return Mistakes.ofUpdate(new Step(update, asked, Map.of()), W);
  }

  @Test
  void an_update_of_0_is_no_step() {
    assertThat(typicalOf(W.scale(0))).isEqualTo("no step at all");
  }

  @Test
  void a_share_of_the_weights_taken_off_is_a_decay() {
    assertThat(typicalOf(W.scale(-0.25))).isEqualTo("exactly a decay of the weights by 0.2500");
    assertThat(typicalOf(W.scale(0.25))).as("growth has no name").isEmpty();
  }

  @Test
  void the_perturbation_itself_was_never_taken_back() {
    assertThat(typicalOf(E)).startsWith("exactly the perturbation e");
    assertThat(typicalOf(E.scale(1.01))).as("more than it").isEmpty();
  }

  @Test
  void a_multiple_of_the_gradient_at_the_weights_is_plain_descent() {
    assertThat(typicalOf(G.scale(-0.1))).isEqualTo("exactly a plain SGD step with lr 0.1000");
    assertThat(typicalOf(G.scale(0.1))).as("ascent has no name").isEmpty();
    assertThat(typicalOf(SECOND.scale(-0.1))).as("of the other gradient: SAM").isEmpty();
  }

  @Test
  void a_step_of_sam_and_the_perturbation_is_one_that_was_not_taken_back() {
    assertThat(typicalOf(E.plus(SECOND.scale(-0.5))))
        .isEqualTo("e - 0.5000 times the second gradient: e is never taken back");
    assertThat(typicalOf(E.plus(SECOND.scale(0.5)))).as("with the other sign").isEmpty();
  }

  @Test
  void anything_else_is_typical_of_nothing() {
    assertThat(typicalOf(named(1, 2, 4))).isEmpty();
  }

  @Test
  void without_a_question_only_the_weights_can_tell() {
    assertThat(Mistakes.ofUpdate(new Step(E, List.of(), Map.of()), W)).isEmpty();
  }
}
