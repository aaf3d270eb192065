package io.github.palimpsest.results.text;

import io.github.palimpsest.results.folder.CellFailure;
import io.github.palimpsest.results.folder.CellResult;
import io.github.palimpsest.results.folder.GridPlan;
import io.github.palimpsest.results.folder.Timing;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** A {@link Results} as text for a terminal. */
public final class ReportText {
  private final Results results;
  private final StringBuilder out = new StringBuilder();

  private ReportText(Results results) {
    this.results = results;
  }

  /** The report's tables. */
  public static String of(Results results) {
    return of(results, OptionalDouble.empty());
  }

  /**
   * The report's tables.
   *
   * @param difference a difference, in the unit of each outcome, for which the number of seeds that
   *     detect it is added
   */
  public static String of(Results results, OptionalDouble difference) {
    ReportText text = new ReportText(results);
    text.recipes();
    text.out.append(UnmergedTraining.text(results));
    results.overlaps().forEach(s -> text.out.append(s).append('\n'));
    results.data().forEach(s -> text.out.append(s).append('\n'));
    text.analysis(difference);
    text.cells();
    text.rest();
    return text.out.toString();
  }

  private void recipes() {
    out.append("Experiment ").append(Printable.line(results.experiment()));
    if (results.rows().isEmpty()) {
      out.append(": no cell has finished\n");
      return;
    }
    out.append(", scored by ")
        .append(results.measure())
        .append(results.higherIsBetter() ? " (higher is better)\n\n" : " (lower is better)\n\n");
    List<String> metrics = results.metrics();
    List<String> kept = results.evaluationSets();
    List<List<String>> table = new ArrayList<>();
    List<String> head = new ArrayList<>(List.of("recipe", "seeds"));
    head.addAll(metrics);
    kept.forEach(k -> head.add("drift of " + k));
    head.addAll(List.of("ms/step", "passes"));
    table.add(head);
    for (Results.Row row : results.rows()) {
      List<String> line = new ArrayList<>(List.of(row.label(), "" + row.cells().size()));
      metrics.forEach(m -> line.add(mean(row.metric(m), 3)));
      kept.forEach(k -> line.add(mean(row.drift(k), 3)));
      line.add(number(row.msPerStep().mean(), 1));
      line.add(number(row.passes(), 1));
      table.add(line);
    }
    out.append(TextTable.of(table));
    int fewest = results.rows().stream().mapToInt(r -> r.cells().size()).min().orElse(0);
    out.append("\nMeans over seeds");
    out.append(
        fewest < 2
            ? "; a recipe with one seed says nothing about the spread.\n"
            : ", +- one standard deviation; with "
                + fewest
                + " seeds this is a rough idea of the spread.\n");
    new MissingValues(results)
        .partialMeans()
        .forEach(m -> out.append(Printable.line(m)).append(".\n"));
    if (!kept.isEmpty()) {
      out.append(
          "Drift: the score of a set that is never trained on, after the last task minus before the"
              + " first.\n");
      List<String> otherwise =
          kept.stream()
              .filter(
                  k ->
                      Observations.evaluationMeasure(results, k).higherIsBetter()
                          != results.higherIsBetter())
              .map(k -> "drift of " + k)
              .toList();
      if (!otherwise.isEmpty()) {
        out.append("In ")
            .append(String.join(", ", otherwise))
            .append(results.higherIsBetter() ? ", lower is better.\n" : ", higher is better.\n");
      }
    }
    out.append("Passes: forward-and-backward passes per step, as declared by the components.\n");
  }

  private void analysis(OptionalDouble difference) {
    if (!results.rows().isEmpty()) {
      out.append(new AnalysisText(results, difference).text());
      out.append(ProbeText.of(results.associations()));
    }
  }

  private void cells() {
    if (results.rows().isEmpty()) {
      return;
    }
    out.append("\nCells, with the score of each set after the last task\n\n");
    List<List<String>> table = new ArrayList<>();
    List<String> head = new ArrayList<>(List.of("id", "recipe", "seed"));
    head.addAll(results.rows().get(0).cells().get(0).result().tasks());
    List<String> kept = results.evaluationSets();
    head.addAll(kept);
    head.addAll(List.of("steps", "seconds", "peak MB"));
    table.add(head);
    for (Results.Row row : results.rows()) {
      for (Results.Finished cell : row.cells()) {
        CellResult r = cell.result();
        List<String> line = new ArrayList<>(List.of(r.id(), row.label(), "" + r.seed()));
        for (double score : r.scores().last()) {
          line.add(number(score, 3));
        }
        for (String set : kept) {
          CellResult.Evaluation scores = r.evaluation().get(set);
          line.add(number(scores == null ? Double.NaN : scores.last(), 3));
        }
        line.add("" + r.allSteps());
        line.add(number(Timing.number(cell.measured().wallSeconds()), 1));
        line.add(number(Timing.number(cell.measured().peakRssBytes()) / 1e6, 0));
        table.add(line);
      }
    }
    out.append(TextTable.of(table));
  }

  private void rest() {
    for (CellFailure f : results.failed()) {
      out.append("\nfailed: ")
          .append(Printable.line(f.label() + ", seed " + f.seed() + ": " + f.reason()));
    }
    results.absentInWords().ifPresent(a -> out.append("\n").append(Printable.line(a)));
    for (String refusal : results.refusals()) {
      out.append("\nrefused: ").append(Printable.line(refusal));
    }
    for (String metric : new MissingValues(results).failedMetrics()) {
      out.append("\nfailed: ").append(Printable.line(metric));
    }
    for (GridPlan.Excluded e : results.excluded()) {
      out.append("\nexcluded: ").append(Printable.line(e.levels() + ": " + e.reason()));
    }
    if (results.missing() > 0) {
      out.append("\n")
          .append(results.missing())
          .append(results.missing() == 1 ? " cell has" : " cells have")
          .append(" no result yet");
    }
    GridPlan.ofEarlierPlans(results.strangers()).ifPresent(s -> out.append("\n").append(s));
    if (out.charAt(out.length() - 1) != '\n') {
      out.append('\n');
    }
  }

  static String mean(Sample s, int digits) {
    return number(s.mean(), digits)
        + (Double.isNaN(s.deviation()) ? "" : " +-" + number(s.deviation(), digits))
        + s.part();
  }

  static String number(double value, int digits) {
    return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%." + digits + "f", value);
  }
}
