package io.github.palimpsest.results.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

class PrintableTest {
  @Test
  void what_a_terminal_would_obey_is_escaped_and_other_text_is_not() {
    assertThat(Printable.of("red \u001b[31m, C1 \u009b2J, bell \u0007, return \r, delete \u007f"))
        .isEqualTo("red \\u001b[31m, C1 \\u009b2J, bell \\u0007, return \\u000d, delete \\u007f");
    assertThat(Printable.of("abc\u202edcba\u2066x\u2069"))
        .isEqualTo("abc\\u202edcba\\u2066x\\u2069");
    String harmless = "Tâche №1 🙂\tשלום\n";
    assertThat(Printable.of(harmless)).isSameAs(harmless);
  }

  @Test
  void a_line_stays_one_line() {
    assertThat(Printable.line("a\nb\tc\u2028d")).isEqualTo("a\\u000ab\\u0009c\\u2028d");
  }

  @Test
  void columns_are_those_of_a_terminal() {
    assertThat(Printable.columns("abc")).isEqualTo(3);
    assertThat(Printable.columns("任务")).as("two each").isEqualTo(4);
    assertThat(Printable.columns("e\u0301")).as("an accent on its letter").isEqualTo(1);
    assertThat(Printable.columns("🙂")).as("two characters of Java, one sign").isEqualTo(2);
    assertThat(Printable.cut("任务 1", 3)).as("half a sign does not fit").isEqualTo("任");
    assertThat(Printable.cut("任务 1", 6)).isEqualTo("任务 1");
  }

  @Test
  void json_keeps_its_meaning() throws JsonProcessingException {
    ObjectMapper json = new ObjectMapper();
    String written = json.writeValueAsString("a\u202e\u009b\u001b\u007f");
    assertThat(json.readTree(Printable.of(written))).isEqualTo(json.readTree(written));
  }
}
