package io.github.palimpsest.classifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.PalimpsestException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class WordsTest {
  private static Words words(int most, String... texts) {
    return Words.of(Stream.of(texts), most);
  }

  @Test
  void the_most_frequent_words_come_first_and_equally_frequent_ones_by_their_characters() {
    Words words = words(3, "b a c", "C d; B c");
    assertThat(words.listed()).containsExactly("c", "b", ";");
    assertThat(words.size()).isEqualTo(5);
  }

  @Test
  void a_word_has_its_row_after_padding_and_unknown() {
    assertThat(words(9, "b b a").rows("A, b!b")).containsExactly(3, 1, 2, 1, 2);
  }

  @Test
  void upper_case_and_decomposed_characters_are_the_same_word() {
    Words words = words(9, "Caf\u00e9");
    assertThat(words.rows("cafe\u0301 CAF\u00c9")).containsExactly(2, 2);
  }

  @Test
  void a_text_without_a_word_is_one_unknown_word() {
    assertThat(words(9, "a").rows(" \n")).containsExactly(Tokens.UNKNOWN);
  }

  @Test
  void words_that_no_text_contains_are_refused() {
    for (String bad : List.of("A", "a b", "", "e\u0301")) {
      assertThatThrownBy(() -> new Words(List.of("x", bad)))
          .as("'%s'", bad)
          .isInstanceOf(PalimpsestException.class)
          .hasMessage("'" + bad + "' is not one word in lower case");
    }
    assertThatThrownBy(() -> new Words(List.of("x", "x")))
        .hasMessage("the word 'x' is listed twice");
  }
}
