package io.github.palimpsest.cli.option;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.cli.Supervisor;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

/** Limits of time as options, and which commands they are for. */
class SpanTest {
  @Test
  void times_are_read_with_their_unit() {
    Span span = new Span();
    assertThat(span.convert("90s")).isEqualTo(Duration.ofSeconds(90));
    assertThat(span.convert(" 10 m ")).isEqualTo(Duration.ofMinutes(10));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0s", "10", "-1s", "1.5h", "1d", "99999999999s"})
  void what_is_no_time_is_refused_by_its_text(String text) {
    assertThatThrownBy(() -> new Span().convert(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageStartingWith("'" + text + "' is no length of time such as 90s, 10m or 2h");
  }

  @Test
  void commands_that_load_jars_are_watched() {
    assertThat(Supervisor.isWantedBy("list", "--plugins", "jars")).isTrue();
    assertThat(Supervisor.isWantedBy("run", "e.yaml", "--plugins=jars")).isTrue();
    assertThat(Supervisor.isWantedBy("verify", Path.of("a", "acme.jar").toString())).isTrue();
    assertThat(Supervisor.isWantedBy("list", "@arguments")).isTrue();
    assertThat(Supervisor.isWantedBy("list")).isFalse();
    assertThat(Supervisor.isWantedBy()).isFalse();
    assertThat(Supervisor.isWantedBy("run", "e.yaml", "--plugins", "jars", "--worker")).isFalse();
  }
}
