package io.github.palimpsest.llm.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.api.measure.ChoiceMeasure;
import io.github.palimpsest.llm.task.TaskAnswers.Choice;
import io.github.palimpsest.llm.task.TaskAnswers.Given;
import io.github.palimpsest.llm.task.TaskAnswers.Target;
import io.github.palimpsest.tck.rig.ModelAnswers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TaskMeasureTest {
  @Test
  void a_choice_is_the_likeliest_by_sum_by_character_or_by_byte() {
    // sums -2, -3, -4; per character -2/1, -3/2, -4/4; per byte -2/1, -3/2 and -4/8
    Choice answer =
        new Choice("i", List.of("a", "ab", "éééé"), List.of(-2.0, -3.0, -4.0), Set.of(2));
    assertThat(ChoiceAccuracy.SUM.chosen(answer)).isZero();
    assertThat(ChoiceAccuracy.SUM.score(answer).score()).isZero();
    assertThat(ChoiceAccuracy.CHARACTERS.score(answer).score()).isEqualTo(1);
    assertThat(ChoiceAccuracy.BYTES.score(answer).score()).isEqualTo(1);
  }

  @Test
  void an_item_with_the_best_score_has_a_right_choice_and_a_certain_choice_is_chosen() {
    List<ChoiceMeasure> measures = new ArrayList<>(List.of(ChoiceAccuracy.values()));
    measures.add(new RightMass());
    for (ChoiceMeasure measure : measures) {
      for (ModelAnswers.Favoured f : ModelAnswers.favoured()) {
        int chosen = measure.chosen(f.answer());
        f.certain().ifPresent(c -> assertThat(chosen).as(f.words()).isEqualTo(c));
        if (measure.score(f.answer()).score() > 1 - 1e-12) {
          assertThat(f.answer().isRight(chosen)).as(f.words()).isTrue();
        }
      }
    }
  }

  @Test
  void the_mass_of_right_choices_is_a_share_of_the_probability() {
    Choice answer =
        new Choice(
            "i",
            List.of("a", "b", "c"),
            List.of(Math.log(0.01), Math.log(0.03), Math.log(0.04)),
            Set.of(0, 1));
    assertThat(new RightMass().score(answer).score()).isCloseTo(0.5, within(1e-12));
  }

  @Test
  void perplexities_share_the_nats_and_differ_in_what_they_count() {
    Target first = new Target("a", 6, 4, 4, "one two");
    Target second = new Target("b", 2, 2, 1, "ü");
    for (Perplexity p : Perplexity.values()) {
      double units =
          switch (p) {
            case ITEM -> 2;
            case WORD -> 2 + 1;
            case BYTE -> 7 + 2;
            case TOKEN -> 4 + 2;
          };
      assertThat(p.aggregate(List.of(p.score(first), p.score(second))))
          .as("%s", p)
          .isCloseTo(Math.exp(8 / units), within(1e-12));
    }
    BitsPerByte bits = new BitsPerByte();
    assertThat(bits.aggregate(List.of(bits.score(first), bits.score(second))))
        .isCloseTo(8 / Math.log(2) / 9, within(1e-12));
    assertThat(new AllTargetsRight().score(first).score()).isEqualTo(1);
    assertThat(new AllTargetsRight().score(second).score()).isZero();
  }

  @Test
  void a_match_is_found_in_the_answer_and_made_alike() {
    List<Search> ignored =
        List.of(Search.of(","), Search.of("\\$"), Search.of("(?s).*#### "), Search.of("\\.$"));
    ExtractedMatch strict =
        new ExtractedMatch(
            Optional.of(Search.of("#### (\\-?[0-9\\.\\,]+)")), false, ignored, true, false);
    ExtractedMatch last =
        new ExtractedMatch(
            Optional.of(Search.of("(-?[$0-9.,]{2,})|(-?[0-9]+)")), true, ignored, true, false);
    Given right = new Given("i", "It is 7 and 5.\n#### 1,200", List.of("so\n#### 1200"));
    assertThat(strict.extracted(right.text())).isEqualTo("1,200");
    assertThat(strict.score(right).score()).isEqualTo(1);
    Given prose = new Given("i", "It is 7, so $1,200.", List.of("so\n#### 1200"));
    assertThat(strict.extracted(prose.text())).isEqualTo(ExtractedMatch.NOTHING);
    assertThat(strict.score(prose).score()).isZero();
    assertThat(last.extracted(prose.text())).isEqualTo("$1,200.");
    assertThat(last.score(prose).score()).isEqualTo(1);
  }

  @Test
  void case_and_punctuation_can_be_ignored() {
    ExtractedMatch match = new ExtractedMatch(Optional.empty(), false, List.of(), true, true);
    assertThat(match.score(new Given("i", " the U.S.A. ", List.of("x", "The USA"))).score())
        .isEqualTo(1);
  }
}
