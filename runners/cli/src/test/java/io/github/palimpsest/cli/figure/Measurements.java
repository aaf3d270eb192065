package io.github.palimpsest.cli.figure;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.palimpsest.cli.figure.Figure.Panel;
import io.github.palimpsest.cli.figure.Figure.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * What is measured of techniques: the cells of small grids, one technique in each, and the times of
 * a step.
 *
 * @param cells the cells by label, in the order of the seeds
 * @param grids the grid that has it, by label
 * @param times the times of optimizers by id
 */
public record Measurements(
    Map<String, List<Cell>> cells, Map<String, String> grids, Map<String, Time> times) {
  private static final List<String> GRIDS = List.of("optimizers", "strategies", "lora");

  /**
   * A row of the query that the pages show.
   *
   * @param label the recipe without its defaults
   * @param seed of the cell
   * @param learned mean loss of a task right after its training, in nats per token
   * @param forgetting mean rise of the loss above the best one of each earlier task
   */
  public record Cell(String label, long seed, double learned, double forgetting) {}

  /**
   * A line of {@code bench optimizers}.
   *
   * @param id of the optimizer
   * @param base the optimizer that it is compared with
   * @param processorRatio processor time of a step, over that of the base
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Time(
      String id, String base, @JsonProperty("processor_ratio") double processorRatio) {}

  /** Reads the files of cells of a folder, and a file of times. */
  public static Measurements read(Path folder, Path times) throws IOException {
    ObjectMapper json = new ObjectMapper();
    Map<String, List<Cell>> cells = new TreeMap<>();
    Map<String, String> grids = new TreeMap<>();
    for (String grid : GRIDS) {
      Path file = folder.resolve(grid + ".json");
      if (Files.exists(file)) {
        List<Cell> read = json.readValue(file.toFile(), new TypeReference<>() {});
        read.forEach(cell -> grids.putIfAbsent(cell.label(), grid));
        read.stream()
            .filter(cell -> grid.equals(grids.get(cell.label())))
            .forEach(c -> cells.computeIfAbsent(c.label(), l -> new ArrayList<>()).add(c));
      }
    }
    Map<String, Time> byId = new TreeMap<>();
    List<Time> lines = json.readValue(times.toFile(), new TypeReference<>() {});
    lines.forEach(line -> byId.put(line.id(), line));
    return new Measurements(cells, grids, byId);
  }

  /** The recipe that measures a technique, or none if no cell has it. */
  public Optional<String> label(String id) {
    return cells.keySet().stream().filter(label -> technique(label).equals(id)).findFirst();
  }

  /** The name of the grid that measures a technique. */
  public String grid(String id) {
    return grids.get(label(id).orElseThrow());
  }

  /** What is measured of a technique, or none if nothing is. */
  public Optional<Figure> figure(String id) {
    List<Panel> panels = new ArrayList<>();
    label(id)
        .ifPresent(
            label -> {
              panels.add(
                  panel("Loss after training a task, nats (less is better)", label, Cell::learned));
              panels.add(panel("Forgetting, nats (less is better)", label, Cell::forgetting));
            });
    Time time = times.get(id);
    if (time != null) {
      List<Row> rows = new ArrayList<>();
      rows.add(new Row(time.base(), List.of(1.0), true));
      if (!time.base().equals(id)) {
        rows.add(new Row(id, List.of(time.processorRatio()), false));
      }
      panels.add(new Panel("Processor time of a step, relative to " + time.base(), rows));
    }
    return panels.isEmpty() ? Optional.empty() : Optional.of(new Figure(panels));
  }

  private Panel panel(String title, String label, ToDoubleFunction<Cell> value) {
    String base = base(label);
    return new Panel(
        title,
        Stream.of(base, label)
            .distinct()
            .filter(cells::containsKey)
            .map(
                l ->
                    new Row(
                        l,
                        cells.get(l).stream().map(value::applyAsDouble).toList(),
                        l.equals(base)))
            .toList());
  }

  /** The technique that a cell measures: what its recipe has in addition to its base. */
  static String technique(String label) {
    List<String> ids = ids(label);
    for (String base : List.of("adamw", "lora")) {
      if (ids.size() > 1) {
        ids.remove(base);
      }
    }
    return String.join(" ", ids);
  }

  private static String base(String label) {
    boolean needsLora = ids(label).contains("lora") && !technique(label).equals("lora");
    return needsLora ? "adamw + lora" : "adamw";
  }

  private static List<String> ids(String label) {
    List<String> ids = new ArrayList<>(List.of(label.split(" [+|] ")));
    ids.replaceAll(text -> text.replaceFirst("\\(.*", ""));
    return ids;
  }
}
