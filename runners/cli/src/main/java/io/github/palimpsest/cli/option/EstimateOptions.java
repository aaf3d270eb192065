package io.github.palimpsest.cli.option;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.execution.estimate.GridEstimate;
import io.github.palimpsest.execution.memory.DeviceMemory;
import io.github.palimpsest.execution.memory.MemoryEstimate;
import io.github.palimpsest.experiment.file.Experiment;
import io.github.palimpsest.experiment.plan.Cell;
import io.github.palimpsest.experiment.plan.Stage;
import io.github.palimpsest.experiment.subject.ModelOrigin;
import io.github.palimpsest.results.folder.Json;
import io.github.palimpsest.results.text.TextTable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What an experiment would take, where neither its data nor the model's weights are at hand. */
public final class EstimateOptions {
  private static final double HOUR = 3600;
  private static final double TERA = 1e12;
  private static final double GIB = 1 << 30;

  @Option(
      names = "--estimate",
      description =
          "passes, arithmetic and memory from the file and the model's config.json alone: no data,"
              + " weights or tokenizer are read")
  boolean estimate;

  @Option(
      names = "--tflops",
      converter = Ranged.AboveZero.class,
      paramLabel = "T",
      description =
          "with --estimate: the sustained speed of a device in 10^12 operations a second, for"
              + " hours; default: none, and no hours")
  @Nullable Double tflops;

  @Option(
      names = "--tokens",
      converter = Ranged.Length.class,
      paramLabel = "N",
      description =
          "with --estimate: mean number of tokens of an example; default: max-length, an upper"
              + " bound")
  @Nullable Integer tokens;

  @Option(
      names = "--device-gib",
      converter = Ranged.AboveZero.class,
      split = ",",
      paramLabel = "M",
      description =
          "with --estimate: memory of a device in GiB, to split the layers over as few as possible;"
              + " default: 24,80,139")
  List<Double> devices = new ArrayList<>();

  private static final List<Double> USUAL_DEVICES = List.of(24.0, 80.0, 139.0);

  /** Whether an estimate is wanted. */
  public boolean wanted() {
    return estimate;
  }

  /**
   * Refuses settings of an estimate without one.
   *
   * @throws PalimpsestException names the option
   */
  public void check() {
    if (estimate) {
      return;
    }
    refuse("--tflops", tflops != null);
    refuse("--tokens", tokens != null);
    refuse("--device-gib", !devices.isEmpty());
  }

  private static void refuse(String option, boolean given) {
    if (given) {
      throw new PalimpsestException(option + " has no effect without --estimate");
    }
  }

  /** The estimate as text, or as JSON. */
  public String of(Experiment experiment, PluginRegistry registry, boolean json) {
    GridEstimate estimated =
        GridEstimate.of(
            experiment, registry, tokens == null ? OptionalInt.empty() : OptionalInt.of(tokens));
    return json ? Json.text(json(estimated)) + "\n" : text(estimated);
  }

  /** The cells of each recipe; they differ in their seeds. */
  private static Map<String, List<Cell>> recipes(GridEstimate estimated) {
    Map<String, List<Cell>> all = new LinkedHashMap<>();
    for (Cell cell : estimated.plan().cells()) {
      all.computeIfAbsent(cell.label(), label -> new ArrayList<>()).add(cell);
    }
    return all;
  }

  private OptionalDouble hours(GridEstimate estimated, Collection<Stage> trainings) {
    return tflops == null
        ? OptionalDouble.empty()
        : OptionalDouble.of(estimated.operations(trainings) / (tflops * TERA) / HOUR);
  }

  private List<Double> sizes() {
    return devices.isEmpty() ? USUAL_DEVICES : devices;
  }

  private static MemoryEstimate memory(GridEstimate estimated, List<Cell> cells) {
    return estimated.memory(cells.get(0).recipe());
  }

  private String text(GridEstimate estimated) {
    Map<String, List<Cell>> recipes = recipes(estimated);
    StringBuilder text = new StringBuilder();
    text.append(
        format(
            "Estimate from the file%s; no data, weights or tokenizer were read%n"
                + "model: %,d parameters, %d layers; %,d tokens an example; %s cells%n%n",
            ModelOrigin.MADE.containsKey(estimated.plan().experiment().model().text())
                ? ""
                : " and config.json",
            estimated.parameters(),
            estimated.model().spec().layers(),
            estimated.tokens(),
            estimated.plan().cells().size()));
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("recipe", "seeds", "steps", "passes", "10^18 ops", "hours", "GiB"));
    recipes.forEach(
        (label, cells) -> {
          List<Stage> chain = estimated.stages().of(cells.get(0));
          rows.add(
              List.of(
                  label,
                  "" + cells.size(),
                  format("%,d", estimated.steps(chain)),
                  format("%,.0f", estimated.passes(chain)),
                  format("%,.1f", estimated.operations(chain) / 1e18),
                  hours(hours(estimated, chain)),
                  format("%,.1f", memory(estimated, cells).bytes() / GIB)));
        });
    text.append(TextTable.of(rows, List.of(true, false, false, false, false, false, false)));
    Collection<Stage> all = estimated.stages().all();
    text.append(
        format(
            "%nAll cells, common trainings once: %,d trainings, %,d steps, %,.0f passes, %,.1f x"
                + " 10^18 operations, %s device-hours%n",
            all.size(),
            estimated.steps(all),
            estimated.passes(all),
            estimated.operations(all) / 1e18,
            hours(hours(estimated, all))));
    text.append(
        tflops == null
            ? "No speed of a device is assumed: give --tflops T for hours\n"
            : format("Hours at %s x 10^12 operations a second on one device%n", tflops));
    largest(estimated, recipes).ifPresent(e -> text.append(layouts(estimated, e)));
    estimated
        .plan()
        .excluded()
        .forEach(x -> text.append(format("excluded  %s: %s%n", x.levels(), x.reason())));
    return text.toString();
  }

  private static Optional<Map.Entry<String, List<Cell>>> largest(
      GridEstimate estimated, Map<String, List<Cell>> recipes) {
    return recipes.entrySet().stream()
        .max(Comparator.comparingLong(e -> memory(estimated, e.getValue()).bytes()));
  }

  private String layouts(GridEstimate estimated, Map.Entry<String, List<Cell>> recipe) {
    MemoryEstimate memory = memory(estimated, recipe.getValue());
    StringBuilder text = new StringBuilder();
    text.append(
        format(
            "%nMemory of a device that holds the whole model, most with %s:%n%n", recipe.getKey()));
    text.append(memory.text());
    text.append(format("%nLayers on as few devices as possible:%n%n"));
    for (double gib : sizes()) {
      text.append(
          estimated
              .devices(recipe.getValue().get(0).recipe(), gib * GIB)
              .map(
                  each ->
                      format(
                          "  %2d of %s GiB: %s layers, at most %,.1f GiB%n",
                          each.size(),
                          plain(gib),
                          each.stream().map(DeviceMemory::count).toList(),
                          largest(each) / GIB))
              .orElseGet(() -> format("  of %s GiB: none fits%n", plain(gib))));
    }
    return text.toString();
  }

  private static long largest(List<DeviceMemory> each) {
    return each.stream().mapToLong(DeviceMemory::bytes).max().orElse(0);
  }

  private static String plain(double value) {
    return value == Math.rint(value) ? format("%.0f", value) : "" + value;
  }

  private static String hours(OptionalDouble hours) {
    return hours.isPresent() ? format("%,.1f", hours.getAsDouble()) : "?";
  }

  private ObjectNode json(GridEstimate estimated) {
    ObjectNode node = Json.object();
    node.put("parameters", estimated.parameters()).put("tokens", estimated.tokens());
    node.put("cells", estimated.plan().cells().size());
    put(node, estimated, estimated.stages().all());
    ArrayNode all = node.putArray("recipes");
    recipes(estimated)
        .forEach(
            (label, cells) -> {
              ObjectNode one = all.addObject().put("recipe", label).put("seeds", cells.size());
              put(one, estimated, estimated.stages().of(cells.get(0)));
              MemoryEstimate memory = memory(estimated, cells);
              one.put("device_bytes", memory.bytes());
              ArrayNode layouts = one.putArray("layouts");
              for (double gib : sizes()) {
                ObjectNode layout = layouts.addObject().put("device_gib", gib);
                estimated
                    .devices(cells.get(0).recipe(), gib * GIB)
                    .ifPresent(
                        each -> {
                          layout.put("devices", each.size());
                          layout.put("largest_bytes", largest(each));
                          each.forEach(d -> layout.withArray("layers").add(d.count()));
                        });
              }
            });
    return node;
  }

  private void put(ObjectNode node, GridEstimate estimated, Collection<Stage> trainings) {
    node.put("trainings", trainings.size()).put("steps", estimated.steps(trainings));
    node.put("passes", estimated.passes(trainings));
    node.put("operations", estimated.operations(trainings));
    hours(estimated, trainings).ifPresent(h -> node.put("device_hours", h));
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
