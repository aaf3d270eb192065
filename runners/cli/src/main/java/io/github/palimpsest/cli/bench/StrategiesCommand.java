package io.github.palimpsest.cli.bench;

import io.github.palimpsest.api.component.Kind;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.cli.terminal.ExitCode;
import io.github.palimpsest.results.folder.Json;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bench strategies}. */
@Command(
    name = "strategies",
    description = {
      "Times a step of a second task with each adapter, regularizer or rehearsal and without it.",
      "Steps of the two alternate; the work between the tasks is timed as well."
    },
    mixinStandardHelpOptions = true)
final class StrategiesCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();

  @Parameters(
      paramLabel = "STRATEGY",
      arity = "0..*",
      description = "components to time, with settings; default: all")
  @Nullable List<String> strategies;

  @Mixin BenchOptions options = new BenchOptions();
  @Mixin StepOptions timed = new StepOptions();

  @Override
  public Integer call() {
    PluginRegistry registry = options.registry();
    StrategyBench bench =
        new StrategyBench(
            options.shape, timed.device(), timed.training(options.shape), timed.steps);
    PrintWriter out = spec.commandLine().getOut();
    if (!options.json) {
      out.printf(
          "%-24s %9s %7s %9s %17s %9s%n",
          "strategy", "ms/step", "ratio", "cpu ratio", "between tasks ms", "without");
    }
    List<StrategyBench.Compared> all = new ArrayList<>();
    for (String strategy : strategies == null ? all(registry) : strategies) {
      StrategyBench.Compared line =
          bench.compared(strategy, StrategyBench.Pair.of(registry, strategy));
      all.add(line);
      if (!options.json) {
        out.printf(
            Locale.ROOT,
            "%-24s %9.1f %7.2f %9.2f %17.1f %9.1f%n",
            strategy,
            line.medianMs(),
            line.ratio(),
            line.processorRatio(),
            line.betweenTasksProcessorMs(),
            line.baseBetweenTasksProcessorMs());
      }
    }
    if (options.json) {
      out.println(Json.text(Json.tree(all)));
    }
    return ExitCode.OK;
  }

  private static List<String> all(PluginRegistry registry) {
    return Stream.of(Kind.ADAPTER, Kind.REGULARIZER, Kind.REHEARSAL)
        .flatMap(kind -> registry.all(kind).stream())
        .map(r -> r.provider().id().value())
        .toList();
  }
}
