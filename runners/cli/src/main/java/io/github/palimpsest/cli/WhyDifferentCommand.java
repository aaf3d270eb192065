package io.github.palimpsest.cli;

import io.github.palimpsest.cli.terminal.ExitCode;
import io.github.palimpsest.results.folder.Json;
import io.github.palimpsest.results.query.Cause;
import io.github.palimpsest.results.query.CellDifference;
import io.github.palimpsest.results.query.StoredCell;
import io.github.palimpsest.results.text.TextTable;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code why-different}: the causes of a difference between the results of two cells. */
@Command(
    name = "why-different",
    description = {
      "Lists the differences between two cells, deepest cause first, and the first affected score.",
      "'report' and 'query' show the ids of cells; the beginning of one is enough."
    },
    mixinStandardHelpOptions = true)
final class WhyDifferentCommand implements Callable<Integer> {
  /** The number of characters of a hash that a reader compares. */
  private static final int HASH = 12;

  @Parameters(index = "0", paramLabel = "DIR", description = "the output folder of a run")
  Path folder = Path.of("");

  @Parameters(index = "1", paramLabel = "A", description = "a cell's id")
  String a = "";

  @Parameters(index = "2", paramLabel = "B", description = "another cell's id")
  String b = "";

  @Option(
      names = "--other",
      paramLabel = "DIR",
      description = "the output folder of B, if it is a different one")
  @Nullable Path other;

  @Option(names = "--json", description = "one object")
  boolean json;

  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    CellDifference d = CellDifference.of(folder, a, other == null ? folder : other, b);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(Json.text(d.json()));
      return ExitCode.OK;
    }
    out.println("A  " + cell(d.a()));
    out.println("B  " + cell(d.b()));
    causes(d, out);
    out.println();
    out.println(shared(d));
    out.println(parting(d));
    if (!d.metrics().isEmpty()) {
      out.println();
      metrics(d, out);
    }
    out.flush();
    return ExitCode.OK;
  }

  private static String cell(StoredCell c) {
    return c.id()
        + "  "
        + c.label()
        + ", seed "
        + c.seed()
        + (c.status() == StoredCell.Status.FINISHED ? "" : ", " + c.status().word());
  }

  private static void causes(CellDifference d, PrintWriter out) {
    out.println();
    if (!d.explained()) {
      out.println("The cells do not differ in anything that determines results.");
    }
    if (d.causes().isEmpty()) {
      return;
    }
    List<List<String>> table = new ArrayList<>();
    table.add(List.of("cause", "what", "A", "B"));
    for (Cause c : d.causes()) {
      table.add(List.of(c.layer().toString(), c.what(), brief(c.a()), brief(c.b())));
    }
    out.print(TextTable.of(table, List.of(true, true, true, true)));
  }

  private static String brief(String value) {
    return value.matches("[0-9a-f]{64}") ? value.substring(0, HASH) + "..." : value;
  }

  private static String shared(CellDifference d) {
    if (d.a().tasks().isEmpty() || d.b().tasks().isEmpty()) {
      return "At least one of the cells has no result.";
    }
    return d.shared().isEmpty()
        ? "They have no training in common."
        : d.shared().size() == d.a().tasks().size()
            ? "They have all training in common"
                + (d.explained() ? " and differ in the steps after it." : ".")
            : "They have the training of " + String.join(", ", d.shared()) + " in common.";
  }

  private static String parting(CellDifference d) {
    return d.parting()
        .map(
            p ->
                String.format(
                    Locale.ROOT,
                    "The first score that differs: %s %s, %.6g against %.6g (%d examples)",
                    p.set(),
                    p.after() == 0
                        ? "before training"
                        : "after " + d.a().tasks().get(p.after() - 1),
                    p.scores().a(),
                    p.scores().b(),
                    p.examples()))
        .orElse("No score that both have differs.");
  }

  private static void metrics(CellDifference d, PrintWriter out) {
    List<List<String>> table = new ArrayList<>();
    table.add(List.of("metric", "A", "B", "B - A"));
    d.metrics()
        .forEach(
            (name, p) ->
                table.add(List.of(name, number(p.a()), number(p.b()), number(p.b() - p.a()))));
    out.print(TextTable.of(table, List.of(true, false, false, false)));
  }

  private static String number(double value) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%.4f", value) : "-";
  }
}
