package io.github.palimpsest.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class StabilityTest {
  private static final Path CLASSES = Path.of("target", "classes");

  /**
   * Records whose parts are all that they will ever have: a name or number, a pair that means
   * nothing else, the parts of recipe text, or the numbers of a formula. Every other value has
   * factories and can grow.
   */
  private static final Set<String> RECORDS =
      Set.of(
          "Call",
          "Component",
          "ComponentId",
          "Components",
          "Constant",
          "Cosine",
          "DataCounts",
          "DynamicScaling",
          "Example",
          "Flag",
          "Gradients",
          "InputSpec",
          "Items",
          "Linear",
          "LinearScaling",
          "Llama3Scaling",
          "LongRopeScaling",
          "Num",
          "Numbers",
          "NumbersOrSchedules",
          "ParameterSpec",
          "Patterns",
          "Places",
          "PluginOrigin",
          "Recipe",
          "RecipeText",
          "Registered",
          "Rising",
          "Text",
          "Texts",
          "Unscaled",
          "Updates",
          "WholeNumbers",
          "Words",
          "YarnScaling");

  private static List<Class<?>> publicTypes() throws IOException {
    try (Stream<Path> files = Files.walk(CLASSES)) {
      return files
          .map(f -> CLASSES.relativize(f).toString())
          .filter(f -> f.endsWith(".class") && !f.endsWith("-info.class"))
          .<Class<?>>map(f -> load(f.substring(0, f.length() - 6).replace('/', '.')))
          .filter(c -> Modifier.isPublic(c.getModifiers()))
          .toList();
    }
  }

  @Test
  void a_public_record_is_one_whose_parts_are_fixed_for_ever() throws IOException {
    assertThat(publicTypes().stream().filter(Class::isRecord).map(Class::getSimpleName))
        .containsExactlyInAnyOrderElementsOf(RECORDS);
  }

  @Test
  void every_public_type_says_how_stable_it_is() throws IOException {
    List<Class<?>> all = publicTypes().stream().filter(c -> c.getDeclaringClass() == null).toList();
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
