package io.github.palimpsest.llm.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.llm.format.Choices;
import io.github.palimpsest.llm.text.FileSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChoiceItemTest {
  @TempDir Path folder;

  private List<ChoiceItem> read(String gold) throws IOException {
    Path file = folder.resolve("items.jsonl");
    Files.writeString(
        file, "{\"query\": \"q\", \"choices\": [\"a\", \"b\"], \"gold\": " + gold + "}\n");
    return ChoiceItem.read(new FileSource(file), Optional.empty(), new Choices(), 0);
  }

  /** 4294967297 is 1 in the lower 32 of its bits. */
  @ParameterizedTest
  @ValueSource(strings = {"2", "-1", "4294967297", "18446744073709551617", "1.0", "\"1\""})
  void a_right_answer_that_is_no_choice_is_refused(String gold) {
    assertThatThrownBy(() -> read(gold))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining(
            "items.jsonl:1: key 'gold' must be a number from 0 to 1, not " + gold);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void a_right_answer_is_the_number_of_a_choice(int gold) throws IOException {
    assertThat(read(Integer.toString(gold)).get(0).gold()).isEqualTo(gold);
  }
}
