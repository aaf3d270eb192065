package io.github.palimpsest.llm.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ShotsTest {
  private static Shots.Draw draw(int pool) {
    return new Shots(3, List.of("train"), Shots.Order.RANDOM, "\n\n", Optional.empty(), false)
        .draw(pool);
  }

  /** Each expected list is random.Random(1234).sample(range(pool), k) of Python 3.11, in turn. */
  @Test
  void examples_are_those_that_python_draws() {
    Shots.Draw ten = draw(10);
    assertThat(ten.next()).containsExactly(7, 1, 0);
    assertThat(ten.next()).containsExactly(1, 0, 9);
    Shots.Draw many = draw(120);
    assertThat(many.sample(5)).containsExactly(99, 56, 14, 0, 11);
    assertThat(many.sample(5)).containsExactly(116, 103, 74, 4, 85);
    assertThat(many.sample(5)).containsExactly(88, 10, 12, 98, 45);
  }

  @Test
  void a_question_among_its_own_examples_costs_one_more_draw() {
    Shots shots =
        new Shots(2, List.of("train"), Shots.Order.RANDOM, "\n\n", Optional.empty(), true);
    assertThat(shots.draw(10).next()).containsExactly(7, 1, 0);
    assertThat(shots.draw(10).needed()).isEqualTo(3);
  }

  @Test
  void first_examples_are_the_same_for_all_questions() {
    Shots.Draw draw =
        new Shots(2, List.of("dev"), Shots.Order.FIRST, "\n\n", Optional.empty(), false).draw(5);
    assertThat(draw.next()).containsExactly(0, 1);
    assertThat(draw.next()).containsExactly(0, 1);
  }

  @Test
  void no_examples_draw_nothing() {
    assertThat(
            new Shots(0, List.of("train"), Shots.Order.RANDOM, "\n\n", Optional.empty(), true)
                .draw(0)
                .next())
        .isEmpty();
  }
}
