package io.github.palimpsest.cli.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.cli.option.AdapterOptions;
import io.github.palimpsest.cli.terminal.ExitCode;
import io.github.palimpsest.llm.json.StrictJson;
import io.github.palimpsest.llm.model.HuggingFaceDirectory;
import io.github.palimpsest.llm.safetensors.SafetensorsWriter;
import io.github.palimpsest.llm.score.Logits;
import io.github.palimpsest.storage.IoReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bench logits}: what other programs compare theirs with. */
@Command(
    name = "logits",
    description = "Writes the logits of models for given tokens, to compare them with others.",
    mixinStandardHelpOptions = true)
final class LogitsCommand implements Callable<Integer> {
  private static final int MOST_BYTES = 1 << 20;

  @Parameters(paramLabel = "MODEL", arity = "1..*", description = "Hugging Face directories")
  List<Path> models = List.of();

  @Option(
      names = "--ids",
      required = true,
      paramLabel = "FILE",
      description = "JSON: a list of rows, each a list of token ids")
  Path ids = Path.of("");

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "receives MODEL.safetensors with a tensor logits.ROW [tokens, vocabulary]")
  Path out = Path.of("");

  @Mixin AdapterOptions adapter = new AdapterOptions();

  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    PluginRegistry registry = adapter.plugins.registry();
    List<int[]> rows = rows();
    try {
      Files.createDirectories(out);
    } catch (IOException e) {
      throw new PalimpsestException("'" + out + "' cannot be created: " + e.getMessage(), e);
    }
    for (Path model : models) {
      HuggingFaceDirectory directory = HuggingFaceDirectory.open(model, registry);
      int vocabulary = directory.model().spec().vocabulary();
      TreeMap<String, Shape> shapes = new TreeMap<>();
      TreeMap<String, float[]> values = new TreeMap<>();
      List<float[]> all = Logits.of(directory.model(), adapter.weights(directory, registry), rows);
      for (int row = 0; row < rows.size(); row++) {
        shapes.put("logits." + row, Shape.of(rows.get(row).length, vocabulary));
        values.put("logits." + row, all.get(row));
      }
      Path file = out.resolve(model.toAbsolutePath().normalize().getFileName() + ".safetensors");
      SafetensorsWriter.write(file, WeightSnapshot.of(shapes, values));
      spec.commandLine().getOut().println(file);
    }
    return ExitCode.OK;
  }

  private List<int[]> rows() {
    try {
      JsonNode json = StrictJson.parse(ids + ": ", StrictJson.bytes(ids, MOST_BYTES));
      List<int[]> rows = new ArrayList<>();
      for (JsonNode row : json) {
        int[] tokens = new int[row.size()];
        for (int i = 0; i < tokens.length; i++) {
          JsonNode id = row.get(i);
          if (!id.isIntegralNumber() || !id.canConvertToInt()) {
            throw new PalimpsestException(ids + ": " + id + " is no token id");
          }
          tokens[i] = id.asInt();
        }
        rows.add(tokens);
      }
      if (!json.isArray() || rows.isEmpty() || rows.stream().anyMatch(r -> r.length == 0)) {
        throw new PalimpsestException(ids + ": must be a list of rows of token ids");
      }
      return rows;
    } catch (IOException e) {
      throw new PalimpsestException(ids + ": cannot be read: " + IoReason.of(e), e);
    }
  }
}
