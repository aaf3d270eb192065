package io.github.palimpsest.cli.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.discovery.Plugins;
import io.github.palimpsest.cli.TinyModel;
import io.github.palimpsest.cli.terminal.TrainingProgress;
import io.github.palimpsest.engine.Training;
import io.github.palimpsest.engine.TrainingStoppedException;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.llm.format.PromptTemplate;
import io.github.palimpsest.llm.model.HuggingFaceDirectory;
import io.github.palimpsest.llm.text.DataSource;
import io.github.palimpsest.llm.text.ExampleEncoder;
import io.github.palimpsest.llm.text.TextTokenizer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A training that ends at any moment, and continues. */
@Tag("native")
class TrainingRunTest {
  private static final String RECIPE = "adamw(lr=0.3) + lora(rank=2, dropout=0.1)";
  private static final int LENGTH = 32;

  @TempDir static Path temp;
  private static HuggingFaceDirectory directory;
  private static TextTokenizer tokenizer;
  private static DataSource data;
  private static TrainingRun.Trained whole;
  private final StringWriter shown = new StringWriter();

  @BeforeAll
  static void files() throws IOException {
    directory = HuggingFaceDirectory.open(TinyModel.save(temp.resolve("model")));
    tokenizer = directory.tokenizer();
    data =
        DataSource.of(TinyModel.instructions(temp.resolve("data.jsonl"), 24))
            .with(PromptTemplate.PLAIN);
    whole = new TrainingRunTest().trained(temp.resolve("whole"), options(false), () -> false);
  }

  @AfterAll
  static void close() {
    tokenizer.close();
  }

  private static RunOptions options(boolean resume) {
    RunOptions options = new RunOptions();
    options.resume = resume;
    options.saveEvery = 2;
    options.evalEvery = 2;
    options.holdOut = 0.25;
    options.keepBest = true;
    return options;
  }

  private TrainingRun run(Path out, String recipe, long seed, RunOptions options) {
    PluginRegistry registry = Plugins.onClassPath();
    HeldOut split = HeldOut.of(options, data.read(), file -> data.read());
    TaskData task =
        TaskData.of(
            0,
            "data",
            new ExampleEncoder(tokenizer, LENGTH).encode("data", split.training()).examples());
    return new TrainingRun(
        new TrainingSubject(
            registry,
            directory,
            registry.recipe(recipe),
            new Training(2, 0, 6, 1, options.saveEvery),
            seed,
            Device.CPU,
            LENGTH,
            task,
            split.counts(),
            split.encoded(tokenizer, LENGTH),
            null,
            out,
            null,
            null,
            List.of(),
            "palimpsest train"),
        options);
  }

  private TrainingRun.Trained trained(Path out, RunOptions options, BooleanSupplier stops) {
    try (TrainingProgress progress = TrainingProgress.on(new PrintWriter(shown, true), false, 1)) {
      return run(out, RECIPE, 1, options).run(progress, stops);
    }
  }

  /** Asked after each step but the last: stops, or dies, at one of them. */
  private static BooleanSupplier at(int step, boolean dies) {
    int[] asked = {0};
    return () -> {
      boolean here = ++asked[0] == step;
      if (here && dies) {
        throw new IllegalStateException("killed");
      }
      return here;
    };
  }

  private static void requireSame(Path a, Path b) throws IOException {
    for (String file :
        new String[] {"model.safetensors", "losses.csv", "last/model.safetensors", "config.json"}) {
      assertThat(Files.exists(a.resolve(file))).as(file).isEqualTo(Files.exists(b.resolve(file)));
      if (Files.exists(a.resolve(file))) {
        assertThat(a.resolve(file)).as(file).hasSameBinaryContentAs(b.resolve(file));
      }
    }
  }

  @Test
  void a_training_that_is_killed_or_stopped_at_any_step_ends_with_the_same_bytes()
      throws IOException {
    TrainingRun.Trained expected = whole;
    assertThat(expected.record().steps()).as("two epochs of 18 examples").isEqualTo(6);
    for (boolean dies : new boolean[] {true, false}) {
      for (int step : dies ? new int[] {1, 3, 5} : new int[] {4}) {
        Path out = temp.resolve((dies ? "killed-" : "stopped-") + step);
        Class<?> end = dies ? IllegalStateException.class : TrainingStoppedException.class;
        assertThatThrownBy(() -> trained(out, options(false), at(step, dies))).isInstanceOf(end);
        assertThat(out).doesNotExist();
        Path unfinished = temp.resolve(out.getFileName() + ".unfinished");
        if (dies && step == 1) {
          assertThat(unfinished).as("nothing to continue from").doesNotExist();
          continue;
        }
        assertThatThrownBy(() -> TrainingRun.check(out, options(false)))
            .hasMessageContaining("continue it with --resume");
        TrainingRun.Trained resumed = trained(out, options(true), () -> false);
        requireSame(out, whole.out());
        assertThat(resumed.record().evaluations()).isEqualTo(expected.record().evaluations());
        assertThat(resumed.record().inputs()).isEqualTo(expected.record().inputs());
        assertThat(unfinished).doesNotExist();
      }
    }
    assertThat(shown.toString()).contains("continuing after step 2", "continuing after step 4");
  }

  @Test
  void a_training_goes_on_only_with_what_it_began_with() {
    Path out = temp.resolve("changed");
    assertThatThrownBy(() -> trained(out, options(false), at(3, false)))
        .isInstanceOf(TrainingStoppedException.class);
    try (TrainingProgress progress = TrainingProgress.on(new PrintWriter(shown), true, 0)) {
      assertThatThrownBy(() -> run(out, "sgd", 2, options(true)).run(progress, () -> false))
          .isInstanceOf(PalimpsestException.class)
          .hasMessageContainingAll("'recipe' was adamw(", "is sgd(", "'seed' was 1 and is 2");
      RunOptions more = options(true);
      more.holdOut = 0.5;
      assertThatThrownBy(() -> run(out, RECIPE, 1, more).run(progress, () -> false))
          .hasMessageContainingAll("content of 'data' differs", "content of 'held-out' differs");
    }
  }

  @Test
  void a_training_goes_on_with_the_threads_that_it_began_with_or_refuses_others() {
    Path out = temp.resolve("threads");
    String before = System.getProperty(Device.THREADS);
    try {
      System.setProperty(Device.THREADS, "2");
      assertThatThrownBy(() -> trained(out, options(false), at(3, false)))
          .isInstanceOf(TrainingStoppedException.class);
      System.setProperty(Device.THREADS, "1");
      assertThatThrownBy(() -> trained(out, options(true), () -> false))
          .isInstanceOf(PalimpsestException.class)
          .hasMessageContaining("'operation-threads' was 2 and is 1");
      System.clearProperty(Device.THREADS); // the share of a model of this size is one thread
      assertThat(trained(out, options(true), () -> false).record().inputs())
          .containsEntry("operation-threads", "2");
    } finally {
      if (before == null) {
        System.clearProperty(Device.THREADS);
      } else {
        System.setProperty(Device.THREADS, before);
      }
    }
  }

  @Test
  void a_model_that_cannot_be_saved_is_saved_by_resuming() throws IOException {
    Path out = temp.resolve("full");
    RunOptions first = options(false);
    // the folder of the model appears while it is trained, so it cannot be moved there
    BooleanSupplier taken =
        () -> {
          try {
            Files.createDirectories(out.resolve("taken"));
            return false;
          } catch (IOException e) {
            throw new IllegalStateException(e);
          }
        };
    assertThatThrownBy(() -> trained(out, first, taken))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContainingAll(out.toString(), "run the same command with --resume");
    Files.delete(out.resolve("taken"));
    Files.delete(out);
    trained(out, options(true), () -> false);
    requireSame(out, whole.out());
  }
}
