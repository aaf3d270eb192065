package io.github.palimpsest.cli.figure;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.palimpsest.cli.figure.Figure.Panel;
import io.github.palimpsest.cli.figure.Figure.Row;
import io.github.palimpsest.results.statistics.SeedContrast;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

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

  private static final String BASE = "adamw";
  private static final String LORA = "lora";

  /** The last digit of the files of cells. */
  static final double RESOLUTION = 1e-4;

  /**
   * A row of the query that the pages show. All are nats per token.
   *
   * @param label the recipe without its defaults
   * @param seed of the cell
   * @param learned mean loss of a task right after its training; null for a recipe that merges at
   *     the end, whose model has no earlier scores
   * @param forgetting mean rise of the loss above the best one of each earlier task; null for the
   *     same recipes
   * @param firstTask loss of the first task at the end
   * @param lastTask loss of the last task at the end
   */
  public record Cell(
      String label,
      long seed,
      @Nullable Double learned,
      @Nullable Double forgetting,
      @JsonProperty("first_task") double firstTask,
      @JsonProperty("last_task") double lastTask) {
    boolean mergedAtTheEnd() {
      return learned == null || forgetting == null;
    }
  }

  /**
   * A quantity of cells, in nats per token; lower is better.
   *
   * @param name in sentences
   * @param of its value
   */
  private record Quantity(String name, ToDoubleFunction<Cell> of) {
    String title() {
      return name.substring(0, 1).toUpperCase(Locale.ROOT)
          + name.substring(1)
          + ", nats (less is better)";
    }
  }

  private static final List<Quantity> WHILE_LEARNING =
      List.of(
          new Quantity("loss after training a task", c -> defined(c.learned())),
          new Quantity("forgetting of the first task", c -> defined(c.forgetting())));

  private static final List<Quantity> AT_THE_END =
      List.of(
          new Quantity("loss of the first task at the end", Cell::firstTask),
          new Quantity("loss of the last task at the end", Cell::lastTask));

  private static double defined(@Nullable Double value) {
    return Objects.requireNonNull(value, "a score of a recipe that does not merge at the end");
  }

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
              for (Quantity q : quantities(label)) {
                panels.add(panel(q.title(), label, q.of()));
              }
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

  private List<Quantity> quantities(String label) {
    return mergesAtTheEnd(label) ? AT_THE_END : WHILE_LEARNING;
  }

  /** Whether a recipe has scores of its own after the last task alone. */
  private boolean mergesAtTheEnd(String label) {
    return cells.get(label).stream().anyMatch(Cell::mergedAtTheEnd);
  }

  /** Whether a technique is measured, and has no forgetting since it acts at the end alone. */
  public boolean actsAtTheEnd(String id) {
    return label(id).filter(this::mergesAtTheEnd).isPresent();
  }

  /** What the seeds say of a technique; nothing of the recipe that all are compared with. */
  public List<Comparison> comparisons(String id) {
    return label(id).stream()
        .filter(label -> cells.containsKey(base(label)) && !base(label).equals(label))
        .flatMap(label -> quantities(label).stream().map(q -> comparison(q, label)))
        .toList();
  }

  /** The number of comparisons of all techniques. */
  public int comparisons() {
    return cells.keySet().stream().mapToInt(label -> comparisons(technique(label)).size()).sum();
  }

  private Comparison comparison(Quantity quantity, String label) {
    Map<Long, Double> base = new TreeMap<>();
    cells.get(base(label)).forEach(c -> base.put(c.seed(), quantity.of().applyAsDouble(c)));
    double[] differences =
        cells.get(label).stream()
            .filter(c -> base.containsKey(c.seed()))
            .mapToDouble(c -> quantity.of().applyAsDouble(c) - base.get(c.seed()))
            .toArray();
    return new Comparison(quantity.name(), base(label), new SeedContrast(differences, RESOLUTION));
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
  public static String technique(String label) {
    List<String> ids = ids(label);
    for (String base : List.of(BASE, LORA)) {
      if (ids.size() > 1) {
        ids.remove(base);
      }
    }
    return String.join(" ", ids);
  }

  /** The recipe without the technique: of the same grid if it needs LoRA. */
  private String base(String label) {
    boolean needsLora = ids(label).contains(LORA) && !technique(label).equals(LORA);
    return needsLora
        ? grids.entrySet().stream()
            .filter(e -> e.getValue().equals(grids.get(label)))
            .map(Map.Entry::getKey)
            .filter(l -> technique(l).equals(LORA))
            .findFirst()
            .orElse(BASE)
        : BASE;
  }

  private static List<String> ids(String label) {
    List<String> ids = new ArrayList<>(List.of(label.split(" [+|] ")));
    ids.replaceAll(text -> text.replaceFirst("\\(.*", ""));
    return ids;
  }
}
