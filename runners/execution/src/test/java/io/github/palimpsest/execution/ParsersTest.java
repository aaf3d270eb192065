package io.github.palimpsest.execution;

import static io.github.palimpsest.testing.Fuzz.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.discovery.Plugins;
import io.github.palimpsest.experiment.file.ExperimentFile;
import io.github.palimpsest.results.folder.LossLog;
import io.github.palimpsest.testing.Fuzz;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever an experiment file, a recipe or a log of losses holds is read or refused. */
class ParsersTest {
  @TempDir Path folder;

  @Test
  void an_experiment_file_is_read_or_refused() {
    List<byte[]> seeds =
        List.of(
            text(ExperimentFileTest.GOOD),
            text(ExperimentFile.builtIn("quickstart").orElseThrow()));
    Fuzz.run(
        "experiment file",
        1_500,
        seeds,
        input ->
            ExperimentFile.parse(
                "x.yaml", new String(input, StandardCharsets.UTF_8), folder, Map.of()));
  }

  @Test
  void a_recipe_and_its_settings_are_read_or_refused() {
    PluginRegistry registry = Plugins.onClassPath();
    List<byte[]> seeds =
        List.of(
            text("adamw(lr=cosine(peak=1e-3, warmup=10), weight-decay=0.1)"),
            text("sam(rho=0.05, base=sgd(lr=linear(peak=0.1, end=0.01)))"),
            text(
                "sgd(lr=step(peak=0.1, every=5)) + ewc(lambda=10, examples=5) |"
                    + " wise-ft(alpha=0.5)"),
            text("lora(rank=8, target=\".*(q|k)_proj\") + adamw + replay(ratio=0.1)"));
    Fuzz.run(
        "recipe with settings",
        10_000,
        seeds,
        input -> {
          String canonical =
              registry.recipe(new String(input, StandardCharsets.UTF_8)).text().toString();
          assertThat(registry.recipe(canonical).text().toString()).isEqualTo(canonical);
        });
  }

  @Test
  void values_from_the_command_line_are_read_or_refused() {
    Fuzz.run(
        "value of --set",
        1_500,
        List.of(text("../shared"), text("${data}/x"), text("a: b")),
        input ->
            ExperimentFile.parse(
                "x.yaml",
                ExperimentFileTest.GOOD,
                folder,
                Map.of("shared", new String(input, StandardCharsets.UTF_8))));
  }

  @Test
  void a_log_of_losses_is_read_or_refused() {
    Path file = folder.resolve("losses.csv");
    Fuzz.run(
        "losses",
        1_500,
        List.of(text("step,loss\n1,0.5\n2,0.25\n3,NaN\n")),
        input -> {
          Files.write(file, input);
          LossLog.read(file);
        });
  }
}
