package io.github.palimpsest.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class StabilityTest {
  private static final Path CLASSES = Path.of("target", "classes");

  @Test
  void every_public_type_says_how_stable_it_is() throws IOException {
    List<Class<?>> all;
    try (Stream<Path> files = Files.walk(CLASSES)) {
      all =
          files
              .map(f -> CLASSES.relativize(f).toString())
              .filter(f -> f.endsWith(".class") && !f.endsWith("-info.class"))
              .<Class<?>>map(f -> load(f.substring(0, f.length() - 6).replace('/', '.')))
              .filter(c -> Modifier.isPublic(c.getModifiers()) && c.getDeclaringClass() == null)
              .toList();
    }
    assertThat(all).isNotEmpty();
    assertThat(all)
        .allSatisfy(
            type ->
                assertThat(
                        type.isAnnotationPresent(Stable.class)
                            ^ type.isAnnotationPresent(Experimental.class))
                    .as("%s is either @Stable or @Experimental", type.getName())
                    .isTrue());
  }

  private static Class<?> load(String name) {
    try {
      return Class.forName(name, false, StabilityTest.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException("compiled and not loadable: " + name, e);
    }
  }
}
