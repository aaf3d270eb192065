package io.github.palimpsest.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.execution.ExperimentRun;
import io.github.palimpsest.experiment.plan.SharedInputs;
import io.github.palimpsest.report.HtmlReport;
import io.github.palimpsest.results.folder.CellResult;
import io.github.palimpsest.results.folder.Fingerprint;
import io.github.palimpsest.serve.InferenceServer;
import io.github.palimpsest.storage.SafeMove;
import io.github.palimpsest.tracking.Tracking;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The id of a cell covers the code that decides its numbers: what draws at random, splits, trains
 * or scores stands in a module of which all code is hashed.
 */
class DecidingCodeTest {
  /** What draws at random, splits, samples, trains, or scores. */
  private static final Pattern DECIDING =
      Pattern.compile(
          "io/github/palimpsest/(?:api/random/Streams|engine/(?:TaskLoop|Inference)"
              + "|llm/score/(?!ChoiceItem|Score(?![\\w$]))\\w+|llm/text/HoldOut|decoder/Generator"
              + "|experiment/subject/Spread)(?![\\w$])");

  /** Classes outside the hashed modules that use such code, and why no result follows from them. */
  private static final Map<String, String> ALLOWED =
      Map.ofEntries(
          Map.entry("cli/bench/BenchShape", "benchmarks"),
          Map.entry("cli/bench/FreshCommand", "saves a model with random weights"),
          Map.entry("cli/bench/GridBench", "benchmarks"),
          Map.entry("cli/bench/LogitsCommand", "logits for other programs"),
          Map.entry("cli/bench/MemoryBench", "benchmarks"),
          Map.entry("cli/bench/PrecisionTable", "simulates made-up grids"),
          Map.entry("cli/bench/ProbeLines", "simulates made-up runs"),
          Map.entry("cli/bench/StepBench", "benchmarks"),
          Map.entry("cli/bench/StrategyBench", "benchmarks"),
          Map.entry("cli/GenerateCommand", "writes text, no result"),
          Map.entry("cli/ScoreCommand", "scores one file outside of experiments"),
          Map.entry("cli/train/HeldOut", "splits the data of a training outside of experiments"),
          Map.entry("cli/train/HeldOutLoss", "evaluates a training outside of experiments"),
          Map.entry("cli/train/TrainingRun", "trains one task outside of experiments"),
          Map.entry("cli/train/TrainingSubject", "holds the texts that HeldOutLoss scores"),
          Map.entry("execution/Calibration", "times steps for the forecast"),
          Map.entry("execution/memory/PlanMemory", "predicts memory"),
          Map.entry("execution/StageRun", "hands a stage to the loop that StageLoops sets up"),
          Map.entry("execution/probe/ProbeRun", "probes finished cells under ids of their own"),
          Map.entry("execution/probe/ProbedWeights", "probes under ids of their own"),
          Map.entry("execution/probe/StageProbeRun", "probes stages under ids of their own"),
          Map.entry(
              "execution/simulation/GridUnits", "simulates the times of workers, no training"),
          Map.entry("execution/simulation/Losses", "simulates the losses of workers, no training"),
          Map.entry("serve/Job", "answers requests, outside of experiments"),
          Map.entry("serve/Running", "answers requests, outside of experiments"),
          Map.entry("serve/Scheduler", "answers requests, outside of experiments"),
          Map.entry("serve/ServedModel", "answers requests, outside of experiments"),
          Map.entry("serve/Answers", "answers requests, outside of experiments"),
          Map.entry(
              "results/analysis/Resamples",
              "bootstraps finished results, simulates made-up grids"));

  @TempDir Path temp;

  private static Path code(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The classes of a module that use deciding code, nested ones under the name of their own. */
  private static TreeSet<String> users(Path module) throws IOException {
    if (Files.isDirectory(module)) {
      return usersBelow(module);
    }
    try (FileSystem jar =
        FileSystems.newFileSystem(URI.create("jar:" + module.toUri()), Map.of())) {
      return usersBelow(jar.getPath("/"));
    }
  }

  private static TreeSet<String> usersBelow(Path root) throws IOException {
    TreeSet<String> users = new TreeSet<>();
    try (Stream<Path> all = Files.walk(root)) {
      for (Path file : all.filter(f -> f.toString().endsWith(".class")).toList()) {
        if (DECIDING.matcher(new String(Files.readAllBytes(file), ISO_8859_1)).find()) {
          users.add(
              root.relativize(file)
                  .toString()
                  .replaceAll("^io/github/palimpsest/|(\\$.*)?\\.class$", ""));
        }
      }
    }
    return users;
  }

  @Test
  void what_decides_numbers_stands_in_modules_that_are_hashed() throws IOException {
    TreeSet<String> found = new TreeSet<>();
    for (Class<?> module :
        List.of(
            ExperimentRun.class,
            CellResult.class,
            HtmlReport.class,
            Tracking.class,
            SafeMove.class,
            InferenceServer.class,
            Main.class)) {
      assertThat(SharedInputs.CODE.values().stream().map(DecidingCodeTest::code))
          .doesNotContain(code(module));
      found.addAll(users(code(module)));
    }
    assertThat(found)
        .as("move it to a module of SharedInputs.CODE, or say why no result follows from it")
        .containsExactlyInAnyOrderElementsOf(ALLOWED.keySet());
  }

  @Test
  void the_search_finds_what_decides_where_it_is() throws IOException {
    assertThat(users(code(SharedInputs.CODE.get("code.experiment"))))
        .contains(
            "experiment/subject/TaskDocuments",
            "experiment/subject/LanguageSubject",
            "experiment/plan/StageLoops");
  }

  @Test
  void another_byte_of_a_class_is_another_hash() throws IOException {
    Path classes = Files.createDirectories(temp.resolve("classes"));
    Path one = Files.write(classes.resolve("A.class"), new byte[] {1, 2, 3});
    Files.write(classes.resolve("B.class"), new byte[] {4});
    String before = Fingerprint.of(classes);
    Files.write(one, new byte[] {1, 2, 2});
    assertThat(Fingerprint.of(classes)).isNotEqualTo(before);
  }

  @Test
  void each_hashed_module_is_an_input_of_every_stage() {
    TreeMap<String, Class<?>> code = new TreeMap<>(SharedInputs.CODE);
    assertThat(code)
        .containsOnlyKeys(
            "code.api",
            "code.classifier",
            "code.decoder",
            "code.engine",
            "code.experiment",
            "code.llm");
    assertThat(code.values().stream().map(DecidingCodeTest::code)).doesNotHaveDuplicates();
  }
}
