package io.github.palimpsest.cli.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.discovery.Recipe;
import io.github.palimpsest.cli.terminal.ExitCode;
import io.github.palimpsest.engine.Training;
import io.github.palimpsest.engine.differentiation.Recompute;
import io.github.palimpsest.engine.weights.Compute;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench step}. */
@Command(
    name = "step",
    description = "Times one recipe's step on one shape.",
    mixinStandardHelpOptions = true)
final class StepCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();

  @Mixin BenchOptions options = new BenchOptions();
  @Mixin StepOptions timed = new StepOptions();
  @Mixin LoraOption lora = new LoraOption();
  @Mixin SizeOptions size = new SizeOptions();

  @Option(
      names = "--optimizer",
      paramLabel = "RECIPE",
      defaultValue = "adamw",
      description = "the optimizer, with or without settings; default: ${DEFAULT-VALUE}")
  String optimizer = "";

  @Option(
      names = "--regularizer",
      paramLabel = "RECIPE",
      description = "a regularizer; default: none")
  @Nullable String regularizer;

  @Option(
      names = "--compute",
      paramLabel = "TYPE",
      defaultValue = "float32",
      description = "products in float32 or bfloat16; default: ${DEFAULT-VALUE}")
  String compute = "";

  @Option(
      names = "--recompute",
      paramLabel = "WHAT",
      defaultValue = "auto",
      description = "activations to compute twice: auto, nothing, wide, activations or layers")
  Recompute recompute = Recompute.AUTO;

  @Override
  public Integer call() {
    String text = optimizer + (regularizer == null ? "" : " + " + regularizer) + lora.recipe();
    Recipe recipe = options.registry().recipe(text);
    BenchShape shape = size.of(options.shape);
    Training training = size.of(timed.training(shape)).with(Compute.parse(compute)).with(recompute);
    try (StepBench bench = new StepBench(shape, recipe, timed.device(), training)) {
      for (int i = 0; i < timed.steps; i++) {
        bench.step(timed.steps);
      }
      ObjectNode measured = bench.json();
      PrintWriter out = spec.commandLine().getOut();
      if (options.json) {
        out.println(measured);
      } else {
        measured
            .properties()
            .forEach(e -> out.printf("%-22s %s%n", e.getKey(), e.getValue().asText()));
      }
      return ExitCode.OK;
    }
  }
}
