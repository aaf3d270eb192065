package io.github.palimpsest.api.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Where a plugin's code lies, from the address that its class loader gives. */
class CodeSourceTest {
  @Test
  void a_jar_and_a_folder_are_named_by_their_path() {
    assertThat(PluginContents.location("file:/opt/wow!/acme%201.jar"))
        .isEqualTo(Path.of("/opt/wow!/acme 1.jar"));
    assertThat(PluginContents.location("file:/opt/classes/")).isEqualTo(Path.of("/opt/classes"));
  }

  @Test
  void a_jar_inside_a_program_is_that_of_the_program_whose_hash_covers_it() {
    Path program = Path.of("/opt/app.jar");
    assertThat(PluginContents.location("jar:nested:/opt/app.jar/!BOOT-INF/lib/acme.jar!/"))
        .isEqualTo(program);
    assertThat(PluginContents.location("nested:/opt/app.jar/!BOOT-INF/classes/"))
        .isEqualTo(program);
    assertThat(PluginContents.location("jar:file:/opt/app.jar!/BOOT-INF/lib/acme.jar!/"))
        .isEqualTo(program);
  }

  @Test
  void other_addresses_are_unknown() {
    assertThat(PluginContents.location("https://example.org/acme.jar"))
        .isEqualTo(Path.of("unknown"));
    assertThat(PluginContents.location("jar:nested:/opt/a b.jar/!BOOT-INF/lib/acme.jar!/"))
        .isEqualTo(Path.of("unknown"));
  }
}
