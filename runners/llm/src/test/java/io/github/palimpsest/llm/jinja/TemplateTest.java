package io.github.palimpsest.llm.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TemplateTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final LocalDate DATE = LocalDate.of(2024, 7, 6); // a Saturday

  private static String rendered(String template) {
    return Template.parse("t", template).render(Map.of(), DATE).text();
  }

  /** What jinja2 3.1.6 makes of each feature, as transformers sets it up. */
  @TestFactory
  Stream<DynamicTest> every_feature_gives_the_text_or_the_refusal_of_jinja2() throws IOException {
    JsonNode golden;
    try (InputStream in = TemplateTest.class.getResourceAsStream("/jinja/features.json")) {
      golden = JSON.readTree(in);
    }
    Map<String, Object> values =
        JSON.convertValue(golden.get("values"), new TypeReference<Map<String, Object>>() {});
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode c : golden.get("cases")) {
      String source = c.get("template").asText();
      tests.add(
          DynamicTest.dynamicTest(
              source,
              () -> {
                if (c.has("text")) {
                  assertThat(Template.parse("t", source).render(values, DATE).text())
                      .isEqualTo(c.get("text").asText());
                } else {
                  assertThatThrownBy(() -> Template.parse("t", source).render(values, DATE))
                      .isInstanceOf(TemplateException.class)
                      .hasMessageStartingWith("t, line 1: ")
                      .hasMessageContaining(c.path("message").asText());
                }
              }));
    }
    assertThat(tests).hasSizeGreaterThan(100);
    return tests.stream();
  }

  @Test
  void dates_are_those_of_the_given_day() {
    assertThat(
            rendered(
                "{{ strftime_now('%Y-%m-%d') }} {{ strftime_now('%d %b %Y') }} {{"
                    + " strftime_now('%A, %B %-d, %y %H:%M:%S %j %%') }}"))
        .isEqualTo("2024-07-06 06 Jul 2024 Saturday, July 6, 24 00:00:00 188 %");
  }

  @Test
  void generated_parts_are_those_within_the_tags_in_chars() {
    Rendered rendered =
        Template.parse(
                "t",
                "🙂a{% generation %}b🙂{% endgeneration %}c{% generation %}{% endgeneration %}")
            .render(Map.of(), DATE);
    assertThat(rendered.text()).isEqualTo("🙂ab🙂c");
    assertThat(rendered.generated())
        .containsExactly(new Rendered.Span(3, 6), new Rendered.Span(7, 7));
  }

  @Test
  void an_error_names_the_line() {
    assertThatThrownBy(() -> rendered("a\nb\n{{ nothing.there }}"))
        .hasMessage("t, line 3: 'nothing' is undefined");
    assertThatThrownBy(() -> rendered("a\n{% if x %}\n{{ 1 }"))
        .hasMessageStartingWith("t, line 3: ");
    assertThatThrownBy(() -> rendered("{{ 'a'|uper }}"))
        .hasMessageContaining("did you mean 'upper'");
    assertThatThrownBy(() -> rendered("{% include 'x' %}")).hasMessageContaining("not supported");
    assertThatThrownBy(
            () ->
                rendered(
                    "{% macro m() %}{% generation %}x{% endgeneration %}{% endmacro %}{{ m() }}"))
        .hasMessageContaining("has no place in the text");
  }

  /** Each of these would run or grow without end, or reach what is not the template's. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
        "{% set ns = namespace(s='xxxxxxxxxx') %}{% for a in range(99) %}{% set ns.s = ns.s + ns.s %}{% endfor %}",
        "{% set ns = namespace(s=[1, 2]) %}{% for a in range(99) %}{% set ns.s = ns.s + ns.s %}{% endfor %}",
        "{{ 'x' * 999999999 }}",
        "{{ [1] * 999999999999 }}",
        "{{ 'x'.center(999999999999) }}",
        "{{ '%999d' % 1 }}{% for a in range(99999) %}{{ '%999d' % 1 }}{% endfor %}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{% macro m() %}{{ m() }}{{ m() }}{% endmacro %}{{ m() }}",
        "{% set ns = namespace(s=[]) %}{% for a in range(9999) %}{% set ns.s = [ns.s] %}{% endfor %}{{ ns.s }}",
        "{% set ns = namespace(s=[]) %}{% for a in range(9999) %}{% set ns.s = [ns.s] %}{% endfor %}{{ ns.s == [ns.s] }}",
        "{% set ns = namespace(s=[]) %}{% for a in range(9999) %}{% set ns.s = [ns.s] %}{% endfor %}{{ {ns.s: 1} }}",
        "{% set ns = namespace(s=[]) %}{% for a in range(9999) %}{% set ns.s = [ns.s] %}{% endfor %}{{ ns.s|tojson }}",
        "{% set ns = namespace() %}{% set ns.ns = ns %}{{ ns }}",
        "{{ 9 ** 999999 }}",
        "{{ 9223372036854775807 + 1 }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ ''.getClass().forName('java.lang.Runtime') }}",
        "{{ messages.__class__ }}",
        "{{ [].__init__() }}",
        "{{ self.x }}",
        "{{ cycler }}{{ lipsum() }}",
        "{% import 'os' as os %}",
      })
  void a_hostile_template_is_refused(String template) {
    assertThatThrownBy(() -> rendered(template)).isInstanceOf(TemplateException.class);
  }

  @Test
  void deep_nesting_is_refused_when_the_template_is_read() {
    for (String template :
        List.of(
            "{{ " + "(".repeat(5000) + "1" + ")".repeat(5000) + " }}",
            "{{ " + "-".repeat(5000) + "1 }}",
            "{{ " + "1 if 1 else ".repeat(5000) + "1 }}",
            "{% if 1 %}".repeat(5000) + "{% endif %}".repeat(5000))) {
      assertThatThrownBy(() -> Template.parse("t", template)).hasMessageContaining("nested");
    }
    String chain = "{{ 1" + " + 1".repeat(5000) + " }}";
    assertThatThrownBy(() -> rendered(chain)).hasMessageContaining("nested more than 400 deep");
  }

  @Test
  void a_long_chat_is_written_within_the_limits() {
    List<Map<String, String>> messages = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      messages.add(Map.of("role", i % 2 == 0 ? "user" : "assistant", "content", "x".repeat(500)));
    }
    Template template =
        Template.parse(
            "t",
            "{% for m in messages %}{{ '<' + m['role'] + '>' + m.content|trim + '\\n' }}{% endfor %}");
    assertThat(template.render(Map.of("messages", messages), DATE).text())
        .as("role, brackets, content and line end of each")
        .hasSize(1000 * (4 + 2 + 500 + 1) + 1000 * (9 + 2 + 500 + 1));
  }
}
