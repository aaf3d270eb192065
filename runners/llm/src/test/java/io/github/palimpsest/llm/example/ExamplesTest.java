package io.github.palimpsest.llm.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.llm.layout.Weights;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Weights of files, and caps on tokens. */
class ExamplesTest {
  private static final List<Example> EXAMPLES =
      IntStream.range(0, 6)
          .mapToObj(i -> new Example("t/" + i, 10 * (i + 1), new TreeMap<>()))
          .toList();

  private static final List<Integer> DOCUMENTS = List.of(0, 1, 2, 3, 4, 5);

  private static Weights weights(double first, double second) {
    return new Weights(List.of(0, 2), List.of(first, second));
  }

  @Test
  void a_weight_is_the_number_of_times_in_an_epoch() {
    assertThat(Repeats.of(EXAMPLES, DOCUMENTS, weights(2, 1)))
        .extracting(Example::id)
        .containsExactly("t/0", "t/0~2", "t/1", "t/1~2", "t/2", "t/3", "t/4", "t/5");
    assertThat(Repeats.of(EXAMPLES, DOCUMENTS, weights(1, 1))).isSameAs(EXAMPLES);
  }

  @Test
  void a_part_of_a_weight_takes_examples_spread_evenly_over_the_file() {
    assertThat(Repeats.of(EXAMPLES, DOCUMENTS, weights(1, 0.5)))
        .extracting(Example::id)
        .containsExactly("t/0", "t/1", "t/3", "t/5");
    assertThat(Repeats.of(EXAMPLES, DOCUMENTS, weights(0.5, 1.25)))
        .extracting(Example::id)
        .containsExactly("t/1", "t/2", "t/3", "t/4", "t/5", "t/5~2");
    assertThatThrownBy(() -> Repeats.of(EXAMPLES, DOCUMENTS, weights(0.1, 1)))
        .hasMessage("weight 0.1 leaves none of the 2 examples of file 1; it must be at least 0.5");
  }

  @Test
  void windows_of_one_document_have_the_weight_of_their_file() {
    assertThat(Repeats.of(EXAMPLES.subList(0, 3), List.of(1, 1, 2), weights(2, 1)))
        .extracting(Example::id)
        .containsExactly("t/0", "t/0~2", "t/1", "t/1~2", "t/2");
  }

  @Test
  void a_cap_on_tokens_takes_evenly_spread_examples_that_have_no_more() {
    assertThat(TokenCap.over(EXAMPLES, 0)).isSameAs(EXAMPLES);
    assertThat(TokenCap.over(EXAMPLES, 210)).as("10 + 20 + ... + 60").isSameAs(EXAMPLES);
    assertThat(TokenCap.over(EXAMPLES, 209)).as("10 + 20 + 30 + 40 + 50").hasSize(5);
    assertThat(TokenCap.over(EXAMPLES, 90))
        .as("10 + 30 + 50")
        .extracting(Example::tokens)
        .containsExactly(10, 30, 50);
    assertThat(TokenCap.over(EXAMPLES, 10)).extracting(Example::id).containsExactly("t/0");
    assertThatThrownBy(() -> TokenCap.over(EXAMPLES, 9))
        .hasMessage("max-tokens 9 leaves no example: the first has 10 tokens, all have 210");
  }
}
