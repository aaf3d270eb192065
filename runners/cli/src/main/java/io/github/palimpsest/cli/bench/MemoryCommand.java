package io.github.palimpsest.cli.bench;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.cli.option.PluginOptions;
import io.github.palimpsest.cli.option.SlotOptions;
import io.github.palimpsest.cli.terminal.ExitCode;
import io.github.palimpsest.cli.terminal.NativeMessages;
import io.github.palimpsest.results.folder.Json;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench memory}. */
@Command(
    name = "memory",
    description = {
      "Compares the predicted peak memory of runs with the measured one.",
      "Each run is a process that trains two tasks and scores them after each."
    },
    mixinStandardHelpOptions = true)
final class MemoryCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--shape",
      split = ",",
      defaultValue = "S,M",
      converter = BenchShape.Named.class,
      description = "of S, M, L and XL; default: ${DEFAULT-VALUE}")
  List<BenchShape> shapes = new ArrayList<>();

  @Option(
      names = "--recipe",
      split = ",",
      defaultValue = "full,lora,sam",
      description = "of ${COMPLETION-CANDIDATES}; default: all")
  List<MemoryBench.Kind> kinds = new ArrayList<>();

  @Option(
      names = "--folder",
      paramLabel = "DIR",
      required = true,
      description = "a folder for models and results; the models stay there")
  Path folder = Path.of("");

  @Option(
      names = "--bfloat16",
      description = "give the models weights that are numbers of bfloat16, as many downloads have")
  boolean bfloat16;

  @Option(names = "--predict", description = "predict only, and run nothing")
  boolean predict;

  @Mixin SizeOptions size = new SizeOptions();

  @Mixin SlotOptions slots = new SlotOptions();

  @Mixin PluginOptions plugins = new PluginOptions();

  @Option(names = "--json", description = "as JSON")
  boolean json;

  @Override
  public Integer call() {
    NativeMessages.divert();
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    MemoryBench bench =
        new MemoryBench(folder, plugins.registry(), size.lossChunk, bfloat16, slots.storage());
    List<MemoryBench.Compared> all = new ArrayList<>();
    boolean within = true;
    if (!json) {
      out.printf(
          "%-5s %-6s %12s %12s %7s%n", "shape", "recipe", "predicted MB", "measured MB", "ratio");
    }
    for (BenchShape shape : shapes) {
      for (MemoryBench.Kind kind : kinds) {
        MemoryBench.Compared line;
        try {
          line = bench.compared(size.of(shape), kind, predict);
        } catch (PalimpsestException e) {
          err.printf("%s %s: %s%n", shape.name(), kind, e.getMessage());
          within = false;
          continue;
        }
        all.add(line);
        within &= line.within();
        if (!json) {
          out.println(text(line));
          out.flush();
        }
      }
    }
    if (json) {
      out.println(Json.text(Json.tree(all)));
    }
    return within ? ExitCode.OK : ExitCode.FAILED;
  }

  private static String text(MemoryBench.Compared line) {
    String predicted = String.format(Locale.ROOT, "%,.0f", line.predicted() / 1e6);
    return line.measured() == 0
        ? String.format("%-5s %-6s %12s", line.shape(), line.recipe(), predicted)
        : String.format(
            Locale.ROOT,
            "%-5s %-6s %12s %,12.0f %7.2f",
            line.shape(),
            line.recipe(),
            predicted,
            line.measured() / 1e6,
            line.ratio());
  }
}
