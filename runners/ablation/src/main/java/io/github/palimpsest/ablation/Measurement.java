package io.github.palimpsest.ablation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.PalimpsestException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What a probe measured of a finished cell, as {@code probes/CELL/ID.json} in the output folder.
 * Equal weights, probes and examples give equal bytes.
 *
 * @param cell the cell's id
 * @param probe the probe without its defaults
 * @param on the task or evaluation set whose examples the loss was taken on
 * @param examples how many of them
 * @param values the numbers by name
 */
public record Measurement(
    String cell, String probe, String on, int examples, SortedMap<String, Double> values) {
  private static final String FOLDER = "probes";

  /** Copies the values. */
  public Measurement {
    values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
  }

  /** The values without the points of a landscape, of which there are too many for a list. */
  public SortedMap<String, Double> summary() {
    TreeMap<String, Double> summary = new TreeMap<>(values);
    summary.keySet().removeIf(name -> name.startsWith("z["));
    return summary;
  }

  /** All measurements of an output folder, by cell, probe and set. */
  public static List<Measurement> of(Path folder) {
    List<Measurement> all = new ArrayList<>();
    Path root = folder.resolve(FOLDER);
    if (!Files.isDirectory(root)) {
      return all;
    }
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".json")).sorted().toList()) {
        all.add(read(file));
      }
    } catch (IOException e) {
      throw new PalimpsestException("'" + root + "' cannot be read: " + e.getMessage(), e);
    }
    return all;
  }

  static Measurement read(Path file) {
    JsonNode node = JsonFile.read(file);
    TreeMap<String, Double> values = new TreeMap<>();
    node.path("values").properties().forEach(e -> values.put(e.getKey(), e.getValue().asDouble()));
    return new Measurement(
        node.path("cell").asText(),
        node.path("probe").asText(),
        node.path("on").asText(),
        node.path("examples").asInt(),
        values);
  }

  /** Where a measurement of this cell, by whatever determines it beside the cell, is kept. */
  static Path file(Path folder, String cell, String id) {
    return folder.resolve(FOLDER).resolve(cell).resolve(id + ".json");
  }

  void write(Path file) {
    ObjectNode node =
        JsonFile.object()
            .put("cell", cell)
            .put("probe", probe)
            .put("on", on)
            .put("examples", examples);
    ObjectNode numbers = node.putObject("values");
    values.forEach(numbers::put);
    try {
      Files.createDirectories(file.getParent());
    } catch (IOException e) {
      throw new OutputException(file, e);
    }
    JsonFile.write(file, node);
  }
}
