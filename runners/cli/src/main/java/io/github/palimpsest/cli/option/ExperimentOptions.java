package io.github.palimpsest.cli.option;

import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.experiment.file.Experiment;
import io.github.palimpsest.experiment.file.ExperimentFile;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Options that name an experiment. */
public final class ExperimentOptions {
  @Parameters(paramLabel = "FILE", description = "an experiment file, or 'quickstart'")
  public Path file = Path.of("");

  @Option(
      names = "--set",
      paramLabel = "NAME=VALUE",
      description = "a value for a variable of the file")
  public Map<String, String> variables = new LinkedHashMap<>();

  /** The folder that paths among the variables are relative to: the working directory. */
  Path directory = Path.of("");

  @Option(
      names = "--submitted",
      hidden = true,
      description = "the text of the file when it was submitted")
  public @Nullable Path submitted;

  @Option(
      names = "--add-seeds",
      converter = Ranged.CountOrNone.class,
      defaultValue = "0",
      paramLabel = "N",
      description =
          "add seeds to those of the file: the N whole numbers after the largest; default: 0")
  public int addedSeeds;

  @Option(
      names = "--device",
      paramLabel = "D",
      description = "cpu or gpu:N, or several GPUs that share the model, as gpu:0-3 or gpu:0,2")
  public @Nullable String device;

  public Experiment read() {
    Experiment experiment =
        ExperimentFile.read(file, submitted == null ? file : submitted, variables, directory)
            .withMoreSeeds(addedSeeds);
    return device == null ? experiment : experiment.on(Device.named(device));
  }
}
