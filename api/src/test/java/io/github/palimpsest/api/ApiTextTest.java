package io.github.palimpsest.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ApiTextTest {
  private static final String UPDATE = "api.update";

  @Test
  void thePublicSurfaceIsWhatTheTextSays() throws IOException {
    String now = ApiText.of(Path.of("target", "classes"));
    Path text = Path.of("API.txt");
    if (Boolean.getBoolean(UPDATE)) {
      Files.writeString(text, now);
    }

    assertThat(text)
        .as(
            "the public API has changed. If that is intended, write it again and commit it:%n"
                + "  ./mvnw test -pl api -Dtest=ApiTextTest -D%s=true%n",
            UPDATE)
        .hasContent(now);
  }
}
