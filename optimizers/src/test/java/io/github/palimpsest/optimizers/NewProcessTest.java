package io.github.palimpsest.optimizers;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.engine.StepListener;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Saved by one Java process and loaded by another, every recipe of the catalogue goes on with the
 * same bits. All recipes share two processes, since starting one takes longer than a run.
 */
@Tag("native")
final class NewProcessTest {
  @TempDir static Path folder;

  @BeforeAll
  static void stop_in_one_process_and_go_on_in_another() throws Exception {
    inProcessOfItsOwn("stop");
    inProcessOfItsOwn("go-on");
  }

  @TestFactory
  Stream<DynamicTest> saved_in_one_process_it_goes_on_in_another_with_the_same_bits() {
    return Catalogue.forEach(
        recipe ->
            assertThat(read(recipe))
                .as("weights after the second process went on")
                .isEqualTo(Runs.bits(Runs.train(recipe, null, StepListener.NONE))));
  }

  private static String read(String recipe) {
    try {
      return Files.readString(folder.resolve(Runs.folder(recipe) + ".bits"));
    } catch (IOException e) {
      throw new AssertionError("the second process left no weights of " + recipe, e);
    }
  }

  private static void inProcessOfItsOwn(String what) throws IOException, InterruptedException {
    Path log = folder.resolve(what + ".log");
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1",
                    "-XX:+UseSerialGC",
                    "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0",
                    "-cp",
                    System.getProperty(
                        "surefire.test.class.path", System.getProperty("java.class.path")),
                    Child.class.getName(),
                    what,
                    folder.toString()))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    assertThat(process.waitFor())
        .as(() -> "exit code of '" + what + "': " + text(log.toFile()))
        .isZero();
  }

  private static String text(File file) {
    try {
      return Files.readString(file.toPath());
    } catch (IOException e) {
      return "nothing could be read of " + file;
    }
  }

  /** What the processes do. */
  static final class Child {
    private Child() {}

    /**
     * @param arguments {@code stop} or {@code go-on}, and the folder
     */
    public static void main(String[] arguments) throws IOException {
      Path folder = Path.of(arguments[1]);
      for (String recipe : Catalogue.recipes()) {
        Path own = folder.resolve(Runs.folder(recipe));
        if (arguments[0].equals("stop")) {
          Runs.stopInMidTask(recipe, own);
        } else if (!Files.isDirectory(own)) {
          throw new IllegalStateException("no checkpoint of " + recipe);
        } else {
          StepListener later =
              (task, step, total, loss) -> {
                if (step <= 6) {
                  throw new IllegalStateException(recipe + " began at its first step again");
                }
              };
          Files.writeString(
              folder.resolve(Runs.folder(recipe) + ".bits"),
              Runs.bits(Runs.train(recipe, own, later)));
        }
      }
    }
  }
}
