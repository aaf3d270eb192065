package io.github.palimpsest.results.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class FrontierTest {
  @Test
  void a_recipe_is_on_the_frontier_unless_another_is_at_least_as_good_in_all_three() {
    Frontier f =
        Frontier.of(
            List.of(
                Cells.placed("learns", 1, 0.9, 0.1, 100),
                Cells.placed("retains", 1, 0.5, 0.8, 100),
                Cells.placed("beaten", 1, 0.5, 0.7, 100),
                Cells.placed("dear", 1, 0.9, 0.1, 200),
                Cells.placed("cheap", 1, 0.4, 0.05, 50)));
    assertThat(f.unbeaten())
        .extracting(Frontier.Point::recipe)
        .containsExactly("learns", "retains", "cheap");
    assertThat(f.points().get(2).beatenBy()).isEqualTo("retains");
    assertThat(f.points().get(3).beatenBy())
        .as("the same for twice the passes")
        .isEqualTo("learns");
  }

  @Test
  void equal_recipes_do_not_beat_each_other() {
    Frontier f =
        Frontier.of(
            List.of(Cells.placed("one", 1, 0.9, 0.1, 1), Cells.placed("two", 1, 0.9, 0.1, 1)));
    assertThat(f.unbeaten()).hasSize(2);
  }

  @Test
  void means_decide_and_a_lucky_seed_is_counted_beside_them() {
    Frontier f =
        Frontier.of(
            List.of(
                Cells.placed("steady", 1, 0.6, 0.6, 1),
                Cells.placed("steady", 2, 0.6, 0.6, 1),
                Cells.placed("lucky", 1, 0.7, 0.7, 1),
                Cells.placed("lucky", 2, 0.1, 0.1, 1)));
    assertThat(f.unbeaten()).extracting(Frontier.Point::recipe).containsExactly("steady");
    assertThat(f.points()).extracting(Frontier.Point::unbeatenSeeds).containsExactly(1, 1);
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
