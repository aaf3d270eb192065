package io.github.palimpsest.tck.mechanical;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Changes correct components mechanically, one instruction at a time, and asks the kit about each
 * change: minutes, so only {@code tck/mutants.sh} runs it. What came of a component is noted in
 * {@code target/mutants} as it goes, so that a change that ends the process is not tried again, and
 * kept in {@link Changes#FILE}.
 */
@Tag("native")
@EnabledIfSystemProperty(named = "mutants", matches = ".+")
class ChangedComponentsTest {
  private static final Path NOTES = Path.of("target", "mutants");
  private static final String BEGUN = "begin";

  @TempDir Path folder;

  static List<Reference> references() {
    String wanted = System.getProperty("mutants", "all");
    return Reference.all().stream()
        .filter(r -> wanted.equals("all") || List.of(wanted.split(",")).contains(r.component()))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("references")
  void every_change_of_a_component_is_tried(Reference reference) throws Exception {
    Path notes = Files.createDirectories(NOTES).resolve(reference.component() + ".tsv");
    Map<String, Change> known = known(notes);
    Path classes = folder.resolve("classes");
    PluginFolder plugin = PluginFolder.compiled(reference.files(), classes, reference.plugin());
    Trial trial = new Trial(reference.component(), plugin);
    assertThat(trial.broken()).as("rules that %s breaks as it is", reference).isEmpty();
    List<Change> tried = new ArrayList<>();
    for (Path file : reference.classFiles(classes)) {
      byte[] original = Files.readAllBytes(file);
      for (Mutations.Mutation m : Mutations.of(original, classes)) {
        Change change = new Change(reference.component(), m.place(), m.what(), BEGUN);
        Change done = known.get(change.key());
        if (done == null) {
          note(notes, change);
          Files.write(file, m.code());
          done = change.breaking(trial.broken());
          note(notes, done);
          if (done.broken().equals(Trial.SILENCE)) {
            // its thread goes on, and may take memory until there is none: another process
            // tries the rest
            Runtime.getRuntime().halt(1);
          }
        }
        tried.add(done);
      }
      Files.write(file, original);
    }
    Changes.keep(reference.component(), tried);
  }

  /** The changes that were tried before; one that was only begun ended the process. */
  private static Map<String, Change> known(Path notes) throws IOException {
    Map<String, Change> known = new LinkedHashMap<>();
    if (Files.exists(notes)) {
      try (Stream<String> lines = Files.lines(notes)) {
        lines.map(Change::of).forEach(c -> known.put(c.key(), c));
      }
      known.replaceAll((key, c) -> c.broken().equals(BEGUN) ? c.breaking("crash") : c);
    }
    return known;
  }

  private static void note(Path notes, Change change) throws IOException {
    Files.writeString(
        notes, change.line() + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }
}
