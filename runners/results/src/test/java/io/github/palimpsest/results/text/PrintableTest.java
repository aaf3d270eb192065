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
  void json_keeps_its_meaning() throws JsonProcessingException {
    ObjectMapper json = new ObjectMapper();
    String written = json.writeValueAsString("a\u202e\u009b\u001b\u007f");
    assertThat(json.readTree(Printable.of(written))).isEqualTo(json.readTree(written));
  }
}
