package io.github.palimpsest.api.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ApiVersionTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "[0.1,0.2); 0.1; true",
        "[0.1,0.2); 0.1.7; true",
        "[0.1,0.2); 0.2; false",
        "[0.1,0.2]; 0.2.0; true",
        "(0.1,0.2]; 0.1; false",
        "[0.1,); 12.0; true",
        "(,0.2); 0.1; true",
        "[0.9,0.11); 0.10; true",
        "[ 0.1 , 0.2 ); 0.1; true",
      })
  void aRangeContainsWhatLiesBetweenItsEnds(String range, String version, boolean expected) {
    assertThat(ApiVersion.contains(range, version))
        .as("%s contains %s", range, version)
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0.1", "[0.1]", "[0.1,0.2", "0.1,0.2)", "[x,0.2)", "[0.1,0.2,0.3)"})
  void whatIsNoRangeIsRefused(String range) {
    assertThatThrownBy(() -> ApiVersion.contains(range, "0.1"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theVersionIsTheProjects() throws IOException {
    assertThat(Files.readString(Path.of("pom.xml")))
        .contains("<version>" + ApiVersion.CURRENT + ".");
  }
}
