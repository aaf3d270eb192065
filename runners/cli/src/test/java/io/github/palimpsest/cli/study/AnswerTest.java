package io.github.palimpsest.cli.study;

import static io.github.palimpsest.cli.study.Answer.Side.LESS;
import static io.github.palimpsest.cli.study.Answer.Side.MORE;
import static io.github.palimpsest.cli.study.Answer.Side.NO_DIFFERENCE;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.cli.study.Answer.Side;
import io.github.palimpsest.results.analysis.Conclusion.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;

final class AnswerTest {
  @Test
  void three_experiments_on_one_side_and_none_on_the_other_are_an_answer() {
    assertThat(Answer.of(List.of(LESS, LESS, LESS, Side.OPEN))).isEqualTo(Answer.YES);
    assertThat(Answer.of(List.of(LESS, LESS, LESS, NO_DIFFERENCE))).isEqualTo(Answer.YES);
    assertThat(Answer.of(List.of(MORE, NO_DIFFERENCE, MORE))).isEqualTo(Answer.NO);
    assertThat(Answer.of(List.of(NO_DIFFERENCE, NO_DIFFERENCE, NO_DIFFERENCE)))
        .isEqualTo(Answer.NO);
  }

  @Test
  void two_experiments_are_no_answer() {
    assertThat(Answer.of(List.of(LESS, LESS))).isEqualTo(Answer.OPEN);
    assertThat(Answer.of(List.of(MORE, NO_DIFFERENCE))).isEqualTo(Answer.OPEN);
    assertThat(Answer.of(List.of())).isEqualTo(Answer.OPEN);
  }

  @Test
  void less_in_one_experiment_keeps_a_no_open() {
    assertThat(Answer.of(List.of(LESS, NO_DIFFERENCE, NO_DIFFERENCE, NO_DIFFERENCE)))
        .isEqualTo(Answer.OPEN);
  }

  @Test
  void clear_effects_on_both_sides_mean_that_it_depends() {
    assertThat(Answer.of(List.of(LESS, LESS, LESS, MORE))).isEqualTo(Answer.DEPENDS);
  }

  @Test
  void an_open_interval_is_on_no_side_however_large_its_middle_is() {
    assertThat(Side.of(Verdict.OPEN, -3)).isEqualTo(Side.OPEN);
    assertThat(Side.of(Verdict.EFFECT, -3)).isEqualTo(LESS);
    assertThat(Side.of(Verdict.EFFECT, 3)).isEqualTo(MORE);
    assertThat(Side.of(Verdict.NO_RELEVANT_EFFECT, 0.01)).isEqualTo(NO_DIFFERENCE);
  }
}
