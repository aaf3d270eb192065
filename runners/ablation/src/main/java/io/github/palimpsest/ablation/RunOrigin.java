package io.github.palimpsest.ablation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How an output folder was made, as {@code origin.json} in it: what a later command needs to look
 * at its cells again, and what the report prints as the command of a cell.
 *
 * @param file the experiment file as it was given
 * @param directory where it was given, so that a relative name can be found again
 * @param variables values in place of those that the file declares
 * @param options more options of the run: device and plugins
 */
public record RunOrigin(
    String file, String directory, Map<String, String> variables, List<String> options) {
  private static final String FILE = "origin.json";

  /** Copies the collections. */
  public RunOrigin {
    variables = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(variables));
    options = List.copyOf(options);
  }

  /**
   * Notes it in an output folder.
   *
   * @throws OutputException if it cannot be written
   */
  public void write(Path folder) {
    ObjectNode node = JsonFile.object().put("file", file).put("directory", directory);
    ObjectNode set = node.putObject("set");
    variables.forEach(set::put);
    ArrayNode more = node.putArray("options");
    options.forEach(more::add);
    JsonFile.writePrivate(folder.resolve(FILE), node); // variables can be anything
  }

  /** Reads it; empty if the folder was made without. */
  public static Optional<RunOrigin> of(Path folder) {
    if (!Files.isRegularFile(folder.resolve(FILE))) {
      return Optional.empty();
    }
    JsonNode node = JsonFile.read(folder.resolve(FILE));
    Map<String, String> set = new LinkedHashMap<>();
    node.path("set").properties().forEach(e -> set.put(e.getKey(), e.getValue().asText()));
    List<String> options = new ArrayList<>();
    node.path("options").forEach(o -> options.add(o.asText()));
    return Optional.of(
        new RunOrigin(node.path("file").asText(), node.path("directory").asText(), set, options));
  }

  /** The arguments that name the experiment: file, variables, options. */
  public List<String> arguments() {
    List<String> all = new ArrayList<>();
    all.add(file);
    variables.forEach((name, value) -> all.addAll(List.of("--set", name + "=" + value)));
    all.addAll(options);
    return all;
  }
}
