package io.github.palimpsest.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.discovery.PluginOrigin;
import io.github.palimpsest.tck.rule.SpiRule;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class SideBySideTest {
  private static final PluginOrigin ORIGIN = new PluginOrigin("acme", "1", Path.of("acme.jar"));

  private static Verdict verdict(String text) {
    return new Verdict(SpiRule.SPI_03, Outcome.PASSED, true, text);
  }

  private static Judgement judged(String component, Consumer<Verdict> told) {
    List<Verdict> verdicts = List.of(verdict(component + " first"), verdict(component + " last"));
    verdicts.forEach(told);
    return new Judgement(component, "", ORIGIN, verdicts);
  }

  @Test
  void verdicts_and_judgements_keep_the_order_of_the_components() {
    List<String> components = List.of("a", "b", "c", "d", "e", "f");
    List<String> told = new ArrayList<>();
    List<Judgement> all =
        SideBySide.inOrder(components, SideBySideTest::judged, (c, v) -> told.add(v.text()));
    assertThat(all).extracting(Judgement::component).containsExactlyElementsOf(components);
    assertThat(told)
        .containsExactlyElementsOf(
            components.stream().flatMap(c -> List.of(c + " first", c + " last").stream()).toList());
  }

  @Test
  void what_a_judge_throws_reaches_the_caller_after_the_verdicts_before_it() {
    List<String> told = new ArrayList<>();
    IllegalStateException thrown = new IllegalStateException("no process");
    assertThatThrownBy(
            () ->
                SideBySide.<String>inOrder(
                    List.of("a", "b"),
                    (component, listener) -> {
                      if (component.equals("b")) {
                        throw thrown;
                      }
                      return judged(component, listener);
                    },
                    (c, v) -> told.add(v.text())))
        .isSameAs(thrown);
    assertThat(told).containsExactly("a first", "a last");
  }
}
