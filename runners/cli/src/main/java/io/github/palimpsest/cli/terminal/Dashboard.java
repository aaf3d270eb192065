package io.github.palimpsest.cli.terminal;

import io.github.palimpsest.results.folder.CellHistory;
import io.github.palimpsest.results.folder.CellHistory.Point;
import io.github.palimpsest.results.folder.CellHistory.Segment;
import io.github.palimpsest.results.folder.CellHistory.Status;
import io.github.palimpsest.results.folder.GridPlan;
import io.github.palimpsest.results.folder.RunNote;
import io.github.palimpsest.results.folder.RunStatus;
import io.github.palimpsest.results.text.BestSoFar;
import io.github.palimpsest.results.text.Printable;
import io.github.palimpsest.results.text.ShellWord;
import io.github.palimpsest.results.text.TextTable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A grid as text for a terminal: its progress, the work of each process, and the finished cells.
 *
 * @param folder the output folder, for a command
 * @param status the progress of the folder
 * @param plan its latest plan
 * @param cells the state of each cell
 */
public record Dashboard(String folder, RunStatus status, GridPlan plan, List<CellHistory> cells) {
  private static final int BAR = 40;
  private static final int SPARKS = 24;
  private static final String LEVELS = "▁▂▃▄▅▆▇█";
  private static final String METRIC = "metric/";
  private static final Set<String> CHIEF = Set.of(METRIC + "average-score", METRIC + "forgetting");
  private static final int ROWS = 20;
  private static final int FAILURES = 5;

  public boolean done() {
    return status.open() == 0;
  }

  public String text() {
    List<String> parts = new ArrayList<>();
    parts.add(
        bar()
            + "\n"
            + status.progress()
            + "\n"
            + open()
            + GridPlan.ofEarlierPlans(status.strangers()).map(s -> "\n" + s).orElse(""));
    parts.add(String.join("\n", status.runs().stream().map(this::run).toList()));
    parts.add(String.join("\n", failures()));
    parts.add(done() ? finished() : best());
    parts.add(table());
    return String.join("\n\n", parts.stream().filter(p -> !p.isBlank()).toList()) + "\n";
  }

  private String bar() {
    int full = status.cells() == 0 ? BAR : BAR * status.over() / status.cells();
    return "[" + "#".repeat(full) + ".".repeat(BAR - full) + "]";
  }

  private String open() {
    int working = status.working().size();
    return status.open() == 0
        ? "no cell is open"
        : status.open()
            + " open, processes at work: "
            + (working == 0 ? "none" : "" + working)
            + status.timeLeft().map(left -> "; " + left).orElse("");
  }

  /** The work of a process; below it its step, its losses and its speed. */
  private String run(RunNote run) {
    Optional<CellHistory> cell =
        cells.stream().filter(c -> c.planned().id().equals(run.cell())).findFirst();
    String work =
        run.work(cell.map(c -> c.planned().label()).orElse(Objects.toString(run.recipe(), "")))
            + status.silence(run).map(s -> "\n  " + s).orElse("");
    List<Double> losses = cell.map(Dashboard::losses).orElse(List.of());
    String numbers =
        Stream.of(
                run.step() == null ? "" : "step " + run.step() + " of " + run.steps(),
                losses.isEmpty() ? "" : format(losses.get(losses.size() - 1)),
                run.speed().orElse(""))
            .filter(n -> !n.isEmpty())
            .collect(Collectors.joining(", "));
    return work + (numbers.isEmpty() ? "" : "\n  " + numbers + "  " + line(losses)).stripTrailing();
  }

  /** The losses of the last task of a cell that is not done. */
  private static List<Double> losses(CellHistory cell) {
    List<Segment> tasks =
        cell.segments().stream().filter(s -> s.series().equals("train/loss")).toList();
    return cell.status() != Status.RUNNING || tasks.isEmpty()
        ? List.of()
        : tasks.get(tasks.size() - 1).points().stream().map(Point::value).toList();
  }

  private static String format(double loss) {
    return String.format(Locale.ROOT, "loss %.4f", loss);
  }

  /** The last values as a line of small bars. */
  public static String line(List<Double> values) {
    List<Double> last =
        values.subList(Math.max(0, values.size() - SPARKS), values.size()).stream()
            .filter(Double::isFinite)
            .toList();
    double low = last.stream().mapToDouble(v -> v).min().orElse(0);
    double high = last.stream().mapToDouble(v -> v).max().orElse(0);
    StringBuilder bars = new StringBuilder();
    for (double v : last) {
      int level = high > low ? (int) ((v - low) / (high - low) * (LEVELS.length() - 1)) : 0;
      bars.append(LEVELS.charAt(level));
    }
    return bars.toString();
  }

  /** The metrics of finished cells; if there are too many, of the last ones in the plan. */
  private String table() {
    List<CellHistory> all = cells.stream().filter(c -> c.status() == Status.FINISHED).toList();
    List<CellHistory> last = all.subList(Math.max(0, all.size() - ROWS), all.size());
    // a narrow terminal cuts off what comes last: few recipes fit, and the numbers matter more
    Set<String> names =
        new TreeSet<>(Comparator.comparing((String n) -> !CHIEF.contains(n)).thenComparing(n -> n));
    last.forEach(c -> metrics(c).forEach(s -> names.add(s.series())));
    if (last.isEmpty()) {
      return "";
    }
    List<List<String>> rows = new ArrayList<>();
    List<String> head = new ArrayList<>(List.of("seed"));
    names.forEach(name -> head.add(name.substring(METRIC.length())));
    head.add("recipe");
    rows.add(head);
    for (CellHistory cell : last) {
      List<String> row = new ArrayList<>();
      row.add(Long.toString(cell.planned().seed()));
      names.forEach(name -> row.add(value(cell, name)));
      row.add(cell.planned().label());
      rows.add(row);
    }
    String more = all.size() > last.size() ? "and " + (all.size() - ROWS) + " more\n" : "";
    return (TextTable.of(rows, rows.get(0).stream().map("recipe"::equals).toList()) + more)
        .stripTrailing();
  }

  private static Stream<Segment> metrics(CellHistory cell) {
    return cell.segments().stream().filter(s -> s.series().startsWith(METRIC));
  }

  private static String value(CellHistory cell, String metric) {
    return metrics(cell)
        .filter(s -> s.series().equals(metric))
        .map(s -> String.format(Locale.ROOT, "%.3f", s.points().get(0).value()))
        .findFirst()
        .orElse("-");
  }

  /** Where the results of a finished grid are: a table of means would be none. */
  private String finished() {
    return cells.stream().anyMatch(c -> c.status() == Status.FINISHED)
        ? "the grid is finished; its results: palimpsest report " + ShellWord.of(folder)
        : "";
  }

  /** The recipe with the best mean of each metric. */
  private String best() {
    List<BestSoFar> best = BestSoFar.of(plan, cells);
    if (best.isEmpty()) {
      return "";
    }
    Set<String> rising =
        plan.metrics().stream()
            .filter(GridPlan.Metric::higherIsBetter)
            .map(GridPlan.Metric::name)
            .collect(Collectors.toSet());
    List<List<String>> rows = new ArrayList<>();
    for (BestSoFar b : best) {
      rows.add(
          List.of(
              b.metric(),
              rising.contains(b.metric()) ? "highest" : "lowest",
              String.format(Locale.ROOT, "%.3f", b.mean()),
              b.seeds() == 1 ? "1 seed" : b.seeds() + " seeds",
              b.recipe()));
    }
    return "best mean so far, which is no result:\n"
        + TextTable.of(rows, List.of(true, true, false, false, true)).stripTrailing();
  }

  /** The last failures of the plan, each with its reason. */
  private List<String> failures() {
    List<CellHistory> failed = cells.stream().filter(c -> c.status() == Status.FAILED).toList();
    int left = Math.max(0, failed.size() - FAILURES);
    Stream<String> more = left == 0 ? Stream.of() : Stream.of("failed before: " + left + " cells");
    Stream<String> last = failed.subList(left, failed.size()).stream().map(this::failure);
    return Stream.concat(more, last).map(Printable::line).toList();
  }

  private String failure(CellHistory c) {
    return "failed: seed "
        + c.planned().seed()
        + ", "
        + c.reason().map(r -> r + ": ").orElse("")
        + c.planned().label();
  }
}
