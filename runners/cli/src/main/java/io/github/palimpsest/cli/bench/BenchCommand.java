package io.github.palimpsest.cli.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.component.Kind;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.discovery.Recipe;
import io.github.palimpsest.cli.option.DeviceOption;
import io.github.palimpsest.cli.option.PluginOptions;
import io.github.palimpsest.cli.option.Ranged;
import io.github.palimpsest.cli.terminal.ExitCode;
import io.github.palimpsest.cli.terminal.Json;
import io.github.palimpsest.cli.terminal.NativeMessages;
import io.github.palimpsest.engine.Training;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.engine.differentiation.Recompute;
import io.github.palimpsest.engine.weights.Compute;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bench}: how long training steps take, as ratios from one run. */
@Command(
    name = "bench",
    description = "Times training steps on random tokens.",
    mixinStandardHelpOptions = true)
public final class BenchCommand implements Runnable {
  /** Of the grids whose growth is measured. */
  private static final int GRID_WORKERS = 2;

  private static final String EVERY_KERNEL = ".*_proj\\\\.weight";

  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getErr());
    throw new ParameterException(spec.commandLine(), "a benchmark is missing");
  }

  @Command(
      name = "step",
      description = "Times one recipe's step on one shape.",
      mixinStandardHelpOptions = true)
  int step(
      @Option(
              names = "--shape",
              defaultValue = "M",
              converter = BenchShape.Named.class,
              description = "S, M, L or XL")
          BenchShape shape,
      @Option(names = "--optimizer", defaultValue = "adamw", description = "a component expression")
          String optimizer,
      @Option(
              names = "--lora",
              converter = Ranged.Count.class,
              paramLabel = "RANK",
              description = "adapt every kernel")
          int lora,
      @Option(
              names = "--regularizer",
              paramLabel = "RECIPE",
              description = "a component expression")
          @Nullable String regularizer,
      @Option(
              names = "--steps",
              converter = Ranged.Count.class,
              defaultValue = "20",
              description = "default: 20")
          int steps,
      @Mixin DeviceOption device,
      @Option(
              names = "--compute",
              defaultValue = "float32",
              description = "products in float32 or bfloat16")
          String compute,
      @Option(
              names = "--recompute",
              paramLabel = "WHAT",
              defaultValue = "auto",
              description = "computed twice: auto, nothing, wide, activations or layers")
          Recompute recompute,
      @Mixin PluginOptions plugins,
      @Option(names = "--json", description = "one object on one line") boolean json) {
    String text = optimizer + (regularizer == null ? "" : " + " + regularizer) + adapter(lora);
    Recipe recipe = plugins.registry().recipe(text);
    Training training =
        Training.epochs(1, shape.batch()).with(Compute.parse(compute)).with(recompute);
    try (StepBench bench = new StepBench(shape, recipe, device.present(), training)) {
      for (int i = 0; i < steps; i++) {
        bench.step(steps);
      }
      ObjectNode measured = bench.json();
      PrintWriter out = spec.commandLine().getOut();
      if (json) {
        out.println(measured);
      } else {
        measured
            .properties()
            .forEach(e -> out.printf("%-22s %s%n", e.getKey(), e.getValue().asText()));
      }
      return ExitCode.OK;
    }
  }

  @Command(
      name = "grid",
      description =
          "Runs a grid of the quickstart, and says what it took beyond its stages and scores.",
      mixinStandardHelpOptions = true)
  int grid(
      @Option(names = "--out", paramLabel = "DIR", required = true) Path out,
      @Option(
              names = "--cells",
              converter = Ranged.Count.class,
              defaultValue = "200",
              description = "default: 200")
          int cells,
      @Option(
              names = "--workers",
              converter = Ranged.Workers.class,
              defaultValue = "2",
              description = "default: 2")
          int workers) {
    ObjectNode measured = gridBench(out).overhead(cells, workers);
    spec.commandLine().getOut().println(measured);
    return ExitCode.OK;
  }

  @Command(
      name = "kills",
      description =
          "Kills runs at random moments, resumes them, and compares their results byte for byte.",
      mixinStandardHelpOptions = true)
  int kills(
      @Option(names = "--out", paramLabel = "DIR", required = true) Path out,
      @Option(
              names = "--kills",
              converter = Ranged.Count.class,
              defaultValue = "25",
              description = "default: 25")
          int kills,
      @Option(
              names = "--workers",
              converter = Ranged.Workers.class,
              defaultValue = "2",
              description = "default: 2")
          int workers,
      @Option(
              names = "--seed",
              converter = Ranged.Seed.class,
              defaultValue = "1",
              description = "of the moments")
          long seed) {
    ObjectNode compared = gridBench(out).kills(kills, workers, seed);
    spec.commandLine().getOut().println(compared);
    return compared.path("files_differing").asInt() == 0 ? ExitCode.OK : ExitCode.FAILED;
  }

  private GridBench gridBench(Path out) {
    if (Files.exists(out)) {
      throw new PalimpsestException("'" + out + "' exists: name a new folder");
    }
    return new GridBench(out, spec.commandLine().getErr());
  }

  private static String adapter(int rank) {
    return rank == 0 ? "" : " + lora(rank=" + rank + ", target=\"" + EVERY_KERNEL + "\")";
  }

  @Command(
      name = "optimizers",
      description =
          "Times every optimizer against the one that it wraps, or against sgd, step by step in turn.",
      mixinStandardHelpOptions = true)
  int optimizers(
      @Parameters(
              paramLabel = "RECIPE",
              arity = "0..*",
              description = "these optimizers, with these settings, in place of all")
          @Nullable List<String> recipes,
      @Option(
              names = "--shape",
              defaultValue = "M",
              converter = BenchShape.Named.class,
              description = "S, M, L or XL")
          BenchShape shape,
      @Option(
              names = "--steps",
              converter = Ranged.Count.class,
              defaultValue = "20",
              description = "steps of each; default: 20")
          int steps,
      @Option(names = "--only", split = ",", paramLabel = "ID", description = "these alone")
          @Nullable List<String> only,
      @Option(
              names = "--lora",
              converter = Ranged.Count.class,
              paramLabel = "RANK",
              description = "adapt every kernel")
          int lora,
      @Mixin DeviceOption device,
      @Mixin PluginOptions plugins,
      @Option(names = "--json", description = "one array") boolean json) {
    PluginRegistry registry = plugins.registry();
    OptimizerBench bench = new OptimizerBench(shape, device.present(), registry, adapter(lora));
    PrintWriter out = spec.commandLine().getOut();
    ArrayNode all = Json.array();
    if (!json) {
      out.printf(
          "%-20s %-24s %7s %9s %7s %9s %7s %9s%n",
          "optimizer", "base", "passes", "ms/step", "ratio", "cpu ratio", "slots", "extra MB");
    }
    List<String> chosen =
        recipes != null
            ? recipes
            : registry.all(Kind.OPTIMIZER).stream().map(r -> r.provider().id().value()).toList();
    for (String id : chosen) {
      if (only == null || only.contains(id)) {
        ObjectNode line = bench.compared(id, steps);
        all.add(line);
        if (!json) {
          out.printf(
              Locale.ROOT,
              "%-20s %-24s %7.2f %9.1f %7.2f %9.2f %7.2f %9.1f%n",
              id,
              line.path("base").asText(),
              line.path("passes").asDouble(),
              line.path("median_ms").asDouble(),
              line.path("ratio").asDouble(),
              line.path("processor_ratio").asDouble(),
              line.path("slots_per_parameter").asDouble(),
              line.path("extra_state_mb").asDouble());
        }
      }
    }
    if (json) {
      out.println(Json.text(all));
    }
    return ExitCode.OK;
  }

  @Command(
      name = "strategies",
      description = {
        "Times a step of a second task with each adapter, regularizer or rehearsal and without it,",
        "in turn, and what it does between the tasks."
      },
      mixinStandardHelpOptions = true)
  int strategies(
      @Parameters(
              paramLabel = "STRATEGY",
              arity = "0..*",
              description = "these, with these settings, in place of all")
          @Nullable List<String> strategies,
      @Option(
              names = "--shape",
              defaultValue = "M",
              converter = BenchShape.Named.class,
              description = "S, M, L or XL")
          BenchShape shape,
      @Option(
              names = "--steps",
              converter = Ranged.Count.class,
              defaultValue = "20",
              description = "steps of each; default: 20")
          int steps,
      @Mixin DeviceOption device,
      @Mixin PluginOptions plugins,
      @Option(names = "--json", description = "one array") boolean json) {
    PluginRegistry registry = plugins.registry();
    Device where = device.present();
    PrintWriter out = spec.commandLine().getOut();
    if (!json) {
      out.printf(
          "%-24s %9s %7s %9s %17s %9s%n",
          "strategy", "ms/step", "ratio", "cpu ratio", "between tasks ms", "without");
    }
    StrategyBench bench = new StrategyBench(shape, where, steps);
    ArrayNode all = Json.array();
    for (String strategy : strategies == null ? strategies(registry) : strategies) {
      ObjectNode line = bench.compared(strategy, StrategyBench.Pair.of(registry, strategy));
      all.add(line);
      if (!json) {
        out.printf(
            Locale.ROOT,
            "%-24s %9.1f %7.2f %9.2f %17.1f %9.1f%n",
            strategy,
            line.path("median_ms").asDouble(),
            line.path("ratio").asDouble(),
            line.path("processor_ratio").asDouble(),
            line.path("between_tasks_processor_ms").asDouble(),
            line.path("base_between_tasks_processor_ms").asDouble());
      }
    }
    if (json) {
      out.println(Json.text(all));
    }
    return ExitCode.OK;
  }

  private static List<String> strategies(PluginRegistry registry) {
    return Stream.of(Kind.ADAPTER, Kind.REGULARIZER, Kind.REHEARSAL)
        .flatMap(kind -> registry.all(kind).stream())
        .map(r -> r.provider().id().value())
        .toList();
  }

  @Command(
      name = "growth",
      description = {
        "Times steps of four sizes along each of layers, width, batch and tokens,",
        "and fits how the time grows: ms ~ size ^ exponent. With --grids, whole runs",
        "by their cells and tasks as well."
      },
      mixinStandardHelpOptions = true)
  int growth(
      @Option(
              names = "--shape",
              defaultValue = "M",
              converter = BenchShape.Named.class,
              description = "the shape that is varied: S, M, L or XL")
          BenchShape shape,
      @Option(names = "--optimizer", defaultValue = "adamw", description = "a component expression")
          String optimizer,
      @Option(
              names = "--steps",
              converter = Ranged.Count.class,
              defaultValue = "12",
              description = "steps of each; default: 12")
          int steps,
      @Option(names = "--grids", paramLabel = "DIR", description = "a new folder to run grids in")
          @Nullable Path grids,
      @Mixin PluginOptions plugins,
      @Option(names = "--json", description = "one array") boolean json) {
    Optional<GridBench> runs = Optional.ofNullable(grids).map(this::gridBench);
    Recipe recipe = plugins.registry().recipe(optimizer);
    NativeMessages.divert();
    PrintWriter out = spec.commandLine().getOut();
    List<Supplier<Growth>> measurements = new ArrayList<>();
    for (Growth.Axis axis : Growth.Axis.values()) {
      measurements.add(() -> Growth.measured(axis, shape, recipe, steps));
    }
    runs.ifPresent(
        g -> measurements.addAll(List.of(() -> g.withCells(GRID_WORKERS), g::withTasks)));
    ArrayNode all = Json.array();
    for (Supplier<Growth> measurement : measurements) {
      Growth growth = measurement.get();
      all.add(growth.json());
      if (!json) {
        out.println(growth.text());
        out.flush();
      }
    }
    if (json) {
      out.println(Json.text(all));
    }
    return ExitCode.OK;
  }

  @Command(
      name = "regress",
      description = "Compares two result files of 'bench step --json', line by line.",
      mixinStandardHelpOptions = true)
  int regress(
      @Parameters(paramLabel = "BEFORE", description = "one JSON object a line") Path before,
      @Parameters(paramLabel = "AFTER", description = "one JSON object a line") Path after,
      @Option(
              names = "--margin",
              converter = Ranged.AtLeastZero.class,
              defaultValue = "0.1",
              description = "slower by more than this share fails; default: 0.1")
          double margin) {
    Map<String, JsonNode> old = lines(before);
    Map<String, JsonNode> now = lines(after);
    PrintWriter out = spec.commandLine().getOut();
    int compared = 0;
    int slower = 0;
    for (Map.Entry<String, JsonNode> e : now.entrySet()) {
      JsonNode reference = old.get(e.getKey());
      if (reference == null) {
        out.println("new      " + e.getKey());
        continue;
      }
      double ratio =
          e.getValue().path("median_ms").asDouble() / reference.path("median_ms").asDouble();
      boolean worse = ratio > 1 + margin;
      compared++;
      slower += worse ? 1 : 0;
      out.printf(Locale.ROOT, "%-8s %.3f  %s%n", worse ? "SLOWER" : "ok", ratio, e.getKey());
    }
    if (compared == 0) {
      throw new PalimpsestException(
          "'" + before + "' and '" + after + "' measure nothing in common");
    }
    return slower > 0 ? ExitCode.FAILED : ExitCode.OK;
  }

  private static Map<String, JsonNode> lines(Path file) {
    ObjectMapper mapper = new ObjectMapper();
    Map<String, JsonNode> measured = new TreeMap<>();
    try {
      List<String> lines = Files.readAllLines(file);
      for (int i = 0; i < lines.size(); i++) {
        if (lines.get(i).isBlank()) {
          continue;
        }
        JsonNode node = mapper.readTree(lines.get(i));
        if (!node.path("median_ms").isNumber()) {
          throw new PalimpsestException(file + ":" + (i + 1) + ": no number 'median_ms'");
        }
        measured.put(node.path("shape").asText() + " " + node.path("recipe").asText(), node);
      }
      return measured;
    } catch (IOException e) {
      throw new PalimpsestException("'" + file + "' cannot be read: " + e.getMessage(), e);
    }
  }
}
