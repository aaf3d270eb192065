package io.github.palimpsest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.palimpsest.api.component.Provider;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.discovery.Plugins;
import io.github.palimpsest.api.discovery.Registered;
import io.github.palimpsest.cli.figure.Figure;
import io.github.palimpsest.cli.figure.Measurements;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The pages of techniques are what the components declare and what was measured. Run with {@code
 * -Dpage.update=true} to write them again.
 */
final class TechniquePageTest {
  private static final Path RUNNERS = Path.of("..");
  private static final Path DOCS = RUNNERS.resolve("docs");
  private static final Path PAGE = DOCS.resolve("techniques.md");
  private static final Path FOLDER = DOCS.resolve("techniques");
  private static final String FIRST = "## Optimizers\n";
  private static final PluginRegistry REGISTRY = Plugins.onClassPath();
  private static final Predicate<String> USES = note -> note.startsWith("Uses: ");

  /** The forms that evidence has in the notes. */
  private static final Predicate<String> EVIDENCE =
      Pattern.compile(
              "[Ii]n our runs|The literature|reports? |none of our|none of ours|authors' logs")
          .asPredicate();

  private static Map<String, List<String>> notes() throws IOException {
    Path file = DOCS.resolve("technique-notes.json");
    return new ObjectMapper().readValue(file.toFile(), new TypeReference<>() {});
  }

  private static Map<String, String> uses() throws IOException {
    Path file = DOCS.resolve("technique-uses.json");
    return new ObjectMapper().readValue(file.toFile(), new TypeReference<>() {});
  }

  private static Measurements measured() throws IOException {
    return Measurements.read(
        FOLDER.resolve("measured"), RUNNERS.resolve("optimizers-measured.json"));
  }

  private static List<Provider<?>> withPages() {
    List<Provider<?>> all = new ArrayList<>();
    REGISTRY.all().stream()
        .filter(r -> TechniquePage.hasPages(r.provider().kind()))
        .forEach(r -> all.add(r.provider()));
    return all;
  }

  @Test
  void the_pages_of_techniques_are_what_the_components_declare_and_what_was_measured()
      throws IOException {
    Map<Path, String> expected = expected();
    if (Boolean.getBoolean("page.update")) {
      for (Path old : pages()) {
        Files.delete(old);
      }
      for (Map.Entry<Path, String> page : expected.entrySet()) {
        Files.writeString(page.getKey(), page.getValue());
      }
    }
    assertThat(pages())
        .as("run this test with -Dpage.update=true")
        .containsExactlyInAnyOrderElementsOf(
            expected.keySet().stream().filter(p -> p.startsWith(FOLDER)).toList());
    for (Map.Entry<Path, String> page : expected.entrySet()) {
      assertThat(Files.readString(page.getKey()))
          .as("%s: run this test with -Dpage.update=true", page.getKey())
          .isEqualTo(page.getValue());
    }
  }

  private static Map<Path, String> expected() throws IOException {
    Measurements measured = measured();
    TechniquePage page = new TechniquePage(REGISTRY, notes(), uses(), measured);
    Map<Path, String> expected = new TreeMap<>();
    String written = Files.readString(PAGE);
    int first = written.indexOf(FIRST);
    assertThat(first).as("place of the first table in " + PAGE.getFileName()).isPositive();
    expected.put(PAGE, written.substring(0, first) + page.all());
    for (Provider<?> p : withPages()) {
      String id = p.id().value();
      expected.put(FOLDER.resolve(id + ".md"), page.of(p));
      Optional<Figure> figure = measured.figure(id);
      figure.ifPresent(f -> expected.put(FOLDER.resolve(id + ".svg"), f.svg()));
    }
    return expected;
  }

  private static List<Path> pages() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.filter(Files::isRegularFile).toList();
    }
  }

  @Test
  void every_technique_that_is_shipped_has_a_row_and_a_page_or_section() throws IOException {
    String page = Files.readString(PAGE);
    for (Registered registered : REGISTRY.all()) {
      String id = registered.provider().id().value();
      boolean own = TechniquePage.hasPages(registered.provider().kind());
      String target = own ? "techniques/" + id + ".md" : "#" + id;
      assertThat(page).as("row of %s", id).contains("| [`" + id + "`](" + target + ") |");
      if (own) {
        assertThat(FOLDER.resolve(id + ".md")).content().startsWith("# `" + id + "`\n");
      } else {
        assertThat(page).as("section of %s", id).contains("\n### `" + id + "`\n");
      }
    }
  }

  @Test
  void every_technique_says_when_it_helps_and_every_note_is_of_a_technique() throws IOException {
    List<String> ids = withPages().stream().map(p -> p.id().value()).toList();
    assertThat(uses().keySet()).containsExactlyInAnyOrderElementsOf(ids);
    assertThat(REGISTRY.all().stream().map(r -> r.provider().id().value()))
        .containsAll(notes().keySet());
  }

  @Test
  void every_technique_says_what_it_uses_and_what_is_known_of_its_effect() throws IOException {
    Map<String, List<String>> notes = notes();
    for (Provider<?> p : withPages()) {
      List<String> own = notes.getOrDefault(p.id().value(), List.of());
      assertThat(own).as("note of %s that begins with 'Uses:'", p.id()).anyMatch(USES);
      assertThat(own).as("evidence for %s, or that there is none", p.id()).anyMatch(EVIDENCE);
    }
  }

  @Test
  void every_measured_cell_is_of_a_technique_and_all_have_the_same_seeds() throws IOException {
    List<String> ids = withPages().stream().map(p -> p.id().value()).toList();
    Measurements measured = measured();
    assertThat(measured.cells().keySet())
        .isNotEmpty()
        .allSatisfy(label -> assertThat(ids).contains(Measurements.technique(label)));
    assertThat(measured.cells().values())
        .allSatisfy(
            c -> assertThat(c).extracting(Measurements.Cell::seed).containsExactly(1L, 2L, 3L));
  }
}
