package io.github.palimpsest.results.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TextTableTest {
  @Test
  void columns_align_whatever_the_characters_are() {
    String table =
        TextTable.of(
            List.of(
                List.of("recipe", "score"),
                List.of("sgd", "1"),
                List.of("任务", "22"),
                List.of("cafe\u0301", "333")),
            List.of(true, false));
    // as wide as "recipe": 6 columns, of which 任务 takes 4 and the accent none
    assertThat(table)
        .isEqualTo(
            """
            recipe  score
            sgd         1
            任务       22
            cafe\u0301      333
            """);
  }

  @Test
  void what_would_leave_its_cell_is_escaped_and_counted_as_shown() {
    String table =
        TextTable.of(
            List.of(List.of("a", "b"), List.of("x\u001b[31m", "1"), List.of("y\nz", "2")),
            List.of(true, true));
    assertThat(table)
        .isEqualTo(
            """
            a            b
            x\\u001b[31m  1
            y\\u000az     2
            """);
  }
}
