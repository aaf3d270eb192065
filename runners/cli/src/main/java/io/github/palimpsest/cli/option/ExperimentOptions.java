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

/** Which experiment. */
public final class ExperimentOptions {
  @Parameters(paramLabel = "FILE", description = "an experiment file, or 'quickstart'")
  public Path file = Path.of("");

  @Option(
      names = "--set",
      paramLabel = "NAME=VALUE",
      description = "a value for a variable of the file")
  public Map<String, String> variables = new LinkedHashMap<>();

  @Option(names = "--submitted", hidden = true, description = "its text when it was submitted")
  @Nullable Path submitted;

  @Option(names = "--device", paramLabel = "D", description = "cpu or gpu:N")
  public @Nullable String device;

  public Experiment read() {
    Experiment experiment =
        ExperimentFile.read(file, submitted == null ? file : submitted, variables);
    return device == null ? experiment : experiment.on(Device.parse(device));
  }
}
