package io.github.palimpsest.llm.jinja;

import static io.github.palimpsest.testing.FuzzTarget.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.testing.FuzzTarget;
import io.github.palimpsest.testing.FuzzTargets;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;

/** Whatever a chat template holds, it is rendered within its limits, or refused. */
class TemplateParsersTest implements FuzzTargets {
  private static final Map<String, Object> VALUES =
      Map.of(
          "messages",
          List.of(
              Map.of("role", "system", "content", "Be brief."),
              Map.of("role", "user", "content", "one\ntwo"),
              Map.of("role", "assistant", "content", "three")),
          "bos_token",
          "<s>",
          "add_generation_prompt",
          true);

  @Override
  public List<FuzzTarget> in(Path folder) {
    return List.of(
        FuzzTarget.of(
            "chat template",
            1_000,
            input -> {
              Rendered rendered =
                  Template.parse("t", text(input)).render(VALUES, LocalDate.of(2024, 7, 26));
              for (Rendered.Span span : rendered.generated()) {
                assertThat(span.from()).isBetween(0, span.to());
                assertThat(span.to()).isLessThanOrEqualTo(rendered.text().length());
              }
            },
            "{{ bos_token }}{% for m in messages %}{% if m['role'] == 'user' and not loop.first %}"
                + "{{ '<u>' + m['content'] | trim + '\\n' }}{% elif m.role == 'assistant' %}"
                + "{% generation %}{{ m.content }}{% endgeneration %}{% endif %}{% endfor %}",
            "{%- set ns = namespace(n=0, last=messages|length - 1) -%}\n"
                + "{%- for m in messages[::-1] -%}\n  {%- set ns.n = ns.n + loop.index0 -%}\n"
                + "  {%- if m.content is string and 'o' in m.content.split('\\n')[-1] -%}\n"
                + "    {{- m | tojson(indent=2) }}\n  {%- endif -%}\n{%- endfor -%}\n{{ ns.n }}",
            "{% macro r(n, by=1) %}{{ n }}{% if n > 0 %}{{ r(n - by) }}{% endif %}{% endmacro %}"
                + "{{ r(5) }}{% for a, b in {'x': [1, 2.5, none]}.items() %}{{ a ~ b }}{% endfor %}",
            "{% set x %}{{ messages | selectattr('role', 'equalto', 'user') | map(attribute='content')"
                + " | join(', ') | upper }}{% endset %}{{ x[1:-1:2] if x else raise_exception('no') }}",
            "{# note #}{% raw %}{{ }}{% endraw %}{{ strftime_now('%d %b %Y') }}{{ '%s' % (7 // 2 ** 3)"
                + " }}{% filter indent(2) %}a\nb{% endfilter %}{% with a = [3, 1] | sort %}{{ a }}"
                + "{% endwith %}"));
  }
}
