package io.github.palimpsest.testing;

import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * A test class of parsers. Each is tried with inputs made from its seeds; inputs that were once
 * found to break it are seeds too, as files {@code fuzz/NAME/*} next to the class.
 *
 * <p>The system property {@code fuzz.target} chooses one parser. With {@code fuzz.guided} the
 * inputs are those of Jazzer, which looks for inputs that reach new code; see {@link GuidedFuzz}.
 * Without it they are those of {@link Mutations}, the same ones on every machine.
 */
public interface FuzzTargets {
  /**
   * The parsers, each under its own name, and with files of its own.
   *
   * @param folder an empty folder for the files that they read
   */
  List<FuzzTarget> in(Path folder) throws IOException;

  /** A test for each parser. */
  @TestFactory
  default Stream<DynamicTest> whatever_the_input_it_is_read_or_refused(@TempDir Path folder)
      throws IOException {
    String chosen = System.getProperty("fuzz.target", "");
    boolean guided = Boolean.getBoolean("fuzz.guided");
    return all(folder).stream()
        .filter(t -> chosen.isEmpty() || chosen.equals(t.name()))
        .map(
            t ->
                DynamicTest.dynamicTest(
                    t.name(), () -> (guided ? new GuidedFuzz(this, t) : new Fuzz(t)).run()));
  }

  /** The parsers, with what was found before. */
  default List<FuzzTarget> all(Path folder) throws IOException {
    List<FuzzTarget> all = new ArrayList<>();
    for (FuzzTarget target : in(folder)) {
      all.add(target.with(found(target)));
    }
    return all;
  }

  private List<byte[]> found(FuzzTarget target) throws IOException {
    URL folder = getClass().getResource("fuzz/" + target.fileName());
    if (folder == null) {
      return List.of();
    }
    List<byte[]> inputs = new ArrayList<>();
    try (Stream<Path> files = Files.list(Path.of(folder.toURI()))) {
      for (Path file : files.sorted().toList()) {
        inputs.add(Files.readAllBytes(file));
      }
    } catch (URISyntaxException e) {
      throw new IOException(e);
    }
    return inputs;
  }
}
