package io.github.palimpsest.ablation;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** A {@link Report} as text for a terminal. */
public final class ReportText {
  private final Report report;
  private final StringBuilder out = new StringBuilder();

  private ReportText(Report report) {
    this.report = report;
  }

  /** The report's tables. */
  public static String of(Report report) {
    return of(report, OptionalDouble.empty());
  }

  /**
   * The report's tables.
   *
   * @param difference also say how many seeds would find this difference, in the unit of each
   *     outcome
   */
  public static String of(Report report, OptionalDouble difference) {
    ReportText text = new ReportText(report);
    text.recipes();
    text.analysis(difference);
    text.cells();
    text.rest();
    return text.out.toString();
  }

  private void recipes() {
    out.append("Experiment ").append(report.experiment());
    if (report.rows().isEmpty()) {
      out.append(": no cell has finished\n");
      return;
    }
    out.append(", scored by ")
        .append(report.measure())
        .append(report.higherIsBetter() ? " (higher is better)\n\n" : " (lower is better)\n\n");
    List<String> metrics = report.metrics();
    List<String> kept = report.keptSets();
    List<List<String>> table = new ArrayList<>();
    List<String> head = new ArrayList<>(List.of("recipe", "seeds"));
    head.addAll(metrics);
    kept.forEach(k -> head.add("drift-of " + k));
    head.addAll(List.of("ms/step", "passes"));
    table.add(head);
    for (Report.Row row : report.rows()) {
      List<String> line = new ArrayList<>(List.of(row.label(), "" + row.cells().size()));
      metrics.forEach(m -> line.add(mean(row.metric(m), 3)));
      kept.forEach(k -> line.add(mean(row.drift(k), 3)));
      line.add(number(row.msPerStep().mean(), 1));
      line.add(number(row.passes(), 1));
      table.add(line);
    }
    out.append(TextTable.of(table));
    int fewest = report.rows().stream().mapToInt(r -> r.cells().size()).min().orElse(0);
    out.append("\nMeans over seeds");
    out.append(
        fewest < 2
            ? "; a recipe with one seed says nothing about the spread.\n"
            : ", +- one standard deviation; with "
                + fewest
                + " seeds that is a rough idea of the spread.\n");
    if (!kept.isEmpty()) {
      out.append(
          "Drift: the score of a set that is never trained on, after the last task minus before the"
              + " first.\n");
    }
    out.append("Passes: forward-and-backward passes a step, as declared by the components.\n");
  }

  private void analysis(OptionalDouble difference) {
    if (!report.rows().isEmpty()) {
      out.append(new AnalysisText(report, difference).text());
    }
  }

  private void cells() {
    if (report.rows().isEmpty()) {
      return;
    }
    out.append("\nCells, with the score of each set after the last task\n\n");
    List<List<String>> table = new ArrayList<>();
    JsonNode any = report.rows().get(0).cells().get(0).result();
    List<String> head = new ArrayList<>(List.of("id", "recipe", "seed"));
    any.path("tasks").forEach(t -> head.add(t.asText()));
    List<String> kept = report.keptSets();
    head.addAll(kept);
    head.addAll(List.of("steps", "seconds", "peak MB"));
    table.add(head);
    for (Report.Row row : report.rows()) {
      for (Report.CellResult cell : row.cells()) {
        JsonNode r = cell.result();
        List<String> line =
            new ArrayList<>(List.of(r.path("id").asText(), row.label(), r.path("seed").asText()));
        JsonNode after = r.at("/scores/after");
        after.path(after.size() - 1).forEach(v -> line.add(number(v.asDouble(Double.NaN), 3)));
        for (String set : kept) {
          JsonNode scores = r.path("kept").path(set).path("after");
          line.add(number(scores.path(scores.size() - 1).asDouble(Double.NaN), 3));
        }
        long steps = 0;
        for (JsonNode s : r.path("steps")) {
          steps += s.asLong();
        }
        line.add("" + steps);
        line.add(number(cell.measured().path("wall_seconds").asDouble(Double.NaN), 1));
        line.add(number(cell.measured().path("peak_rss_bytes").asDouble(Double.NaN) / 1e6, 0));
        table.add(line);
      }
    }
    out.append(TextTable.of(table));
  }

  private void rest() {
    for (JsonNode f : report.failed()) {
      out.append("\nfailed: ")
          .append(f.path("label").asText())
          .append(", seed ")
          .append(f.path("seed").asText())
          .append(": ")
          .append(f.path("reason").asText());
    }
    for (JsonNode e : report.excluded()) {
      out.append("\nexcluded: ")
          .append(e.path("levels").asText())
          .append(": ")
          .append(e.path("reason").asText());
    }
    if (report.missing() > 0) {
      out.append("\n").append(report.missing()).append(" cells have no result yet");
    }
    if (report.strangers() > 0) {
      out.append("\n")
          .append(report.strangers())
          .append(" results of earlier plans in this folder are not shown");
    }
    if (out.charAt(out.length() - 1) != '\n') {
      out.append('\n');
    }
  }

  private static String mean(Sample s, int digits) {
    return number(s.mean(), digits)
        + (Double.isNaN(s.deviation()) ? "" : " +-" + number(s.deviation(), digits));
  }

  static String number(double value, int digits) {
    return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%." + digits + "f", value);
  }
}
