package io.github.palimpsest.llm.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.llm.score.Spaces;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TaskTextTest {
  @Test
  void a_template_fills_in_values_and_keeps_its_last_line_break() {
    TextTemplate t = JinjaTemplate.of("t", "Q: {{ q.strip() }}\nA. {{ c.text[1] }}\n");
    assertThat(t.render(Map.of("q", " why? ", "c", Map.of("text", List.of("x", "y")))))
        .isEqualTo("Q: why?\nA. y\n");
  }

  @Test
  void a_value_that_is_not_there_is_an_error_with_its_name() {
    TextTemplate t = JinjaTemplate.of("the template of 'context'", "Q: {{ questoin }}");
    assertThatThrownBy(() -> t.render(Map.of("question", "why?")))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("the template of 'context'")
        .hasMessageContaining("questoin");
  }

  @Test
  void white_space_is_that_of_python() {
    assertThat(Spaces.strip("\u00a0 a b \u2003\n")).isEqualTo("a b");
    assertThat(Spaces.stripTrailing("\u00a0 a b \u2003\u202f\n")).isEqualTo("\u00a0 a b");
    // re.split(r"\s+", " a  b ") is ['', 'a', 'b', '']
    assertThat(Spaces.words(" a  b ")).isEqualTo(4);
    assertThat(Spaces.words("a\u00a0b")).isEqualTo(2);
    assertThat(Spaces.words("")).isEqualTo(1);
  }

  @Test
  void edits_apply_in_order() {
    PreparedField field =
        new PreparedField(
            "clean",
            new Texts.Each("parts"),
            true,
            List.of(
                new TextEdit.Strip(),
                new TextEdit.Replace(" [title]", ". "),
                new TextEdit.ReplaceMatches(Search.of("\\[.*?\\]"), ""),
                new TextEdit.Replace("  ", " ")));
    assertThat(
            PreparedField.all(
                    List.of(field), Map.of("parts", List.of(" A [title] b [step] c ", "[x] d")))
                .get("clean"))
        .isEqualTo(List.of("A. b c", " d"));
  }

  @Test
  void python_literals_become_values() {
    assertThat(PythonLiteral.parse("[{'a': \"it's\", 'b': [1, -2.5, True, None,]}, 'x\\n\\u00e9']"))
        .isEqualTo(
            List.of(Map.of("a", "it's", "b", Arrays.asList(1L, -2.5, true, null)), "x\n\u00e9"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[", "['a'", "[1 2]", "{'a' 1}", "'\\u12'", "[1] 2", "None", "abc"})
  void other_text_is_no_python_literal(String text) {
    assertThatThrownBy(() -> PythonLiteral.parse(text))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("not a Python value");
  }

  @Test
  void a_search_that_goes_on_for_ever_ends_in_an_error() {
    TextEdit edit = new TextEdit.ReplaceMatches(Search.of("(.*a){12}b"), "");
    assertThatThrownBy(() -> edit.of("a".repeat(60) + "c"))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("(.*a){12}b")
        .hasMessageContaining("too long");
  }

  @Test
  void a_wrong_replacement_is_an_error() {
    assertThatThrownBy(() -> new TextEdit.ReplaceMatches(Search.of("a"), "$1").of("a"))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("replacement");
  }
}
