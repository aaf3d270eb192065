package io.github.palimpsest.cli.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.random.Streams;
import io.github.palimpsest.cli.option.PluginOptions;
import io.github.palimpsest.cli.option.Ranged;
import io.github.palimpsest.cli.terminal.ExitCode;
import io.github.palimpsest.decoder.DecoderModel;
import io.github.palimpsest.decoder.config.FamilyConfig;
import io.github.palimpsest.llm.json.StrictJson;
import io.github.palimpsest.llm.model.HuggingFaceDirectory;
import io.github.palimpsest.llm.model.NewDirectory;
import io.github.palimpsest.llm.safetensors.Dtype;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bench fresh}: models that other programs can load. */
@Command(
    name = "fresh",
    description =
        "Saves models with random weights: each has the shape of a configuration, and a configuration"
            + " that its family writes.",
    mixinStandardHelpOptions = true)
final class FreshCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "MODEL",
      arity = "1..*",
      description = "folders with a config.json; their weights are not read")
  List<Path> models = List.of();

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "receives a new folder for each model, with the name of the model's folder")
  Path out = Path.of("");

  @Option(
      names = "--seed",
      converter = Ranged.Seed.class,
      paramLabel = "N",
      defaultValue = "1",
      description = "seed of the weights; default: ${DEFAULT-VALUE}")
  long seed;

  @Mixin PluginOptions plugins = new PluginOptions();

  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    PluginRegistry registry = plugins.registry();
    for (Path model : models) {
      Path file = model.resolve("config.json");
      ObjectNode json = StrictJson.object(file);
      FamilyConfig family = FamilyConfig.of(HuggingFaceDirectory.family(model, registry));
      DecoderModel fresh = new DecoderModel(family.read(file.toString(), json));
      Path name = model.toAbsolutePath().normalize().getFileName();
      if (name == null) {
        throw new PalimpsestException("'" + model + "' has no name");
      }
      NewDirectory.save(
          out.resolve(name),
          family,
          fresh,
          fresh.initialWeights(Streams.stream(seed, "initial weights", 0, 0)),
          Dtype.F32,
          model);
      spec.commandLine().getOut().println(out.resolve(name));
    }
    return ExitCode.OK;
  }
}
