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
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bench optimizers}. */
@Command(
    name = "optimizers",
    description =
        "Times every optimizer against the one that it wraps, or against sgd, in alternating steps.",
    mixinStandardHelpOptions = true)
final class OptimizersCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();

  @Parameters(
      paramLabel = "RECIPE",
      arity = "0..*",
      description = "optimizers to time, with settings; default: all")
  @Nullable List<String> recipes;

  @Mixin BenchOptions options = new BenchOptions();
  @Mixin StepOptions timed = new StepOptions();
  @Mixin LoraOption lora = new LoraOption();

  @Option(names = "--only", split = ",", paramLabel = "ID", description = "time only these")
  @Nullable List<String> only;

  @Override
  public Integer call() {
    PluginRegistry registry = options.registry();
    OptimizerBench bench =
        new OptimizerBench(
            options.shape, timed.device(), timed.training(options.shape), registry, lora.recipe());
    PrintWriter out = spec.commandLine().getOut();
    List<OptimizerBench.Compared> all = new ArrayList<>();
    if (!options.json) {
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
        OptimizerBench.Compared line = bench.compared(id, timed.steps);
        all.add(line);
        if (!options.json) {
          out.printf(
              Locale.ROOT,
              "%-20s %-24s %7.2f %9.1f %7.2f %9.2f %7.2f %9.1f%n",
              id,
              line.base(),
              line.passes(),
              line.medianMs(),
              line.ratio(),
              line.processorRatio(),
              line.slotsPerParameter(),
              line.extraStateMb());
        }
      }
    }
    if (options.json) {
      out.println(Json.text(Json.tree(all)));
    }
    return ExitCode.OK;
  }
}
