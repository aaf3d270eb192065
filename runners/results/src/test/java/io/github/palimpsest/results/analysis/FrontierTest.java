package io.github.palimpsest.results.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class FrontierTest {
  /** A recipe at three seeds, whose scores differ a little between them. */
  private static List<Observation> three(
      String recipe, double learned, double retained, double passes) {
    return List.of(
        Cells.placed(recipe, 1, learned, retained - 0.01, passes),
        Cells.placed(recipe, 2, learned + 0.01, retained, passes),
        Cells.placed(recipe, 3, learned - 0.01, retained + 0.01, passes));
  }

  private static Frontier frontier(List<List<Observation>> recipes) {
    return Frontier.of(recipes.stream().flatMap(List::stream).toList());
  }

  @Test
  void a_recipe_is_on_the_frontier_unless_another_is_ahead_beyond_the_noise_of_seeds() {
    Frontier f =
        frontier(
            List.of(
                three("learns", 0.9, 0.1, 100),
                three("retains", 0.5, 0.8, 100),
                List.of(
                    Cells.placed("beaten", 1, 0.5, 0.70, 100),
                    Cells.placed("beaten", 2, 0.51, 0.72, 100),
                    Cells.placed("beaten", 3, 0.49, 0.71, 100)),
                three("dear", 0.9, 0.1, 200),
                three("cheap", 0.4, 0.05, 50)));
    assertThat(f.unbeaten())
        .extracting(Frontier.Point::recipe)
        .containsExactly("learns", "retains", "cheap");
    // retention differs by 0.09, 0.08 and 0.10: the interval 0.09 +- 4.30 * 0.01 / sqrt(3) excludes
    // 0
    assertThat(f.points().get(2).beatenBy()).isEqualTo("retains");
    assertThat(f.points().get(3).beatenBy())
        .as("the same at every seed for twice the passes")
        .isEqualTo("learns");
  }

  @Test
  void a_lead_within_the_noise_of_seeds_beats_nothing() {
    Frontier f =
        Frontier.of(
            List.of(
                Cells.placed("first", 1, 0.5, 0.5, 1),
                Cells.placed("first", 2, 0.5, 0.5, 1),
                Cells.placed("first", 3, 0.5, 0.5, 1),
                Cells.placed("second", 1, 0.9, 0.5, 1),
                Cells.placed("second", 2, 0.5, 0.5, 1),
                Cells.placed("second", 3, 0.5, 0.5, 1)));
    // leads of 0.4, 0 and 0: mean 0.133, standard error 0.133, and t of 2 degrees is 4.3
    assertThat(f.unbeaten()).extracting(Frontier.Point::recipe).containsExactly("first", "second");
  }

  @Test
  void two_seeds_are_too_few_to_beat_a_recipe() {
    Frontier f =
        Frontier.of(
            List.of(
                Cells.placed("first", 1, 0.1, 0.1, 1),
                Cells.placed("first", 2, 0.11, 0.1, 1),
                Cells.placed("second", 1, 0.9, 0.9, 1),
                Cells.placed("second", 2, 0.9, 0.91, 1)));
    assertThat(f.unbeaten()).hasSize(2);
    assertThat(f.points()).extracting(Frontier.Point::unbeatenSeeds).containsExactly(0, 2);
  }

  @Test
  void equal_recipes_do_not_beat_each_other() {
    Frontier f =
        Frontier.of(
            List.of(Cells.placed("one", 1, 0.9, 0.1, 1), Cells.placed("two", 1, 0.9, 0.1, 1)));
    assertThat(f.unbeaten()).hasSize(2);
  }

  @Test
  void lower_losses_are_better_where_the_measure_says_so() {
    TradeOff low = new TradeOff(1.0, 2.0, 1, false, false);
    TradeOff high = new TradeOff(1.5, 2.0, 1, false, false);
    assertThat(low.beats(high)).isTrue();
    assertThat(high.beats(low)).isFalse();
    assertThat(low.beats(new TradeOff(Double.NaN, 9, 9, false, false))).isFalse();
  }
}
