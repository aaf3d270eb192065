package io.github.palimpsest.report;

import static j2html.TagCreator.caption;
import static j2html.TagCreator.div;
import static j2html.TagCreator.each;
import static j2html.TagCreator.i;
import static j2html.TagCreator.p;
import static j2html.TagCreator.span;
import static j2html.TagCreator.table;
import static j2html.TagCreator.tbody;
import static j2html.TagCreator.td;
import static j2html.TagCreator.th;
import static j2html.TagCreator.thead;
import static j2html.TagCreator.tr;

import io.github.palimpsest.results.folder.CellResult;
import io.github.palimpsest.results.folder.Merging;
import io.github.palimpsest.results.text.Results;
import io.github.palimpsest.results.text.UnmergedTraining;
import j2html.tags.DomContent;
import j2html.tags.specialized.TrTag;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The score matrices {@code R[t, i]} as heat maps, the mean over seeds of each recipe. They are
 * tables, so every reader can read their numbers.
 */
record ScoresSection(Report report) {

  /** With more maps than this, a browser lays out only those that are near its window. */
  private static final int MANY = 60;

  List<DomContent> content() {
    Results results = report.results();
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    List<String> titles = new ArrayList<>();
    List<double[][]> matrices = new ArrayList<>();
    for (Results.Row row : results.rows()) {
      titles.add(row.label());
      matrices.add(matrix(row.cells().stream().map(c -> c.result().scores()).toList()));
    }
    for (UnmergedTraining t : UnmergedTraining.of(results)) {
      titles.add(t.label() + ", not merged");
      matrices.add(matrix(t.bySeed().values().stream().map(Merging.Unmerged::scores).toList()));
    }
    for (double[][] matrix : matrices) {
      for (double[] line : matrix) {
        for (double v : line) {
          low = Double.isFinite(v) ? Math.min(low, v) : low;
          high = Double.isFinite(v) ? Math.max(high, v) : high;
        }
      }
    }
    double from = low >= 0 && high <= 1 ? 0 : low;
    double to = low >= 0 && high <= 1 ? 1 : high;
    List<DomContent> maps = new ArrayList<>();
    for (int r = 0; r < matrices.size(); r++) {
      maps.add(map(titles.get(r), matrices.get(r), from, to));
    }
    boolean higher = results.higherIsBetter();
    return List.of(
        p("Each row is a moment: before any training, then after each task. Each column is the task"
                + " that is scored then. A framed cell is a task right after its own training; what"
                + " lies below it shows the effect of later tasks on it. Means over seeds.")
            .withClass("lead"),
        div(
                span(results.measure() + ", " + report.unit() + ": "),
                span(Numbers.fixed(from, 2) + (higher ? " worse" : " better")),
                i().withStyle("background: " + Cividis.gradient()).attr("aria-hidden", "true"),
                span(Numbers.fixed(to, 2) + (higher ? " better" : " worse")))
            .withClass("scale"),
        div(each(maps.toArray(DomContent[]::new)))
            .withClass(maps.size() > MANY ? "maps many" : "maps"));
  }

  private List<String> tasks() {
    return report.results().rows().get(0).cells().get(0).result().tasks();
  }

  /** The scores before training, and after each task; then the mean over cells. */
  private double[][] matrix(List<CellResult.Matrix> cells) {
    int tasks = tasks().size();
    double[][] mean = new double[tasks + 1][tasks];
    for (CellResult.Matrix scores : cells) {
      for (int t = 0; t <= tasks; t++) {
        double[] line = t == 0 ? scores.before() : scores.after()[t - 1];
        for (int k = 0; k < tasks; k++) {
          mean[t][k] += line[k] / cells.size();
        }
      }
    }
    return mean;
  }

  private DomContent map(String title, double[][] matrix, double from, double to) {
    List<String> tasks = tasks();
    TrTag head = tr(th(span("moment").withClass("visually-hidden")).attr("scope", "col"));
    tasks.forEach(t -> head.with(th(t).attr("scope", "col")));
    List<TrTag> lines = new ArrayList<>();
    for (int t = 0; t < matrix.length; t++) {
      if (t > 0 && Arrays.stream(matrix[t]).allMatch(Double::isNaN)) {
        continue; // there is no merged model at this moment
      }
      String moment = t == 0 ? "before" : "after " + tasks.get(t - 1);
      TrTag line = tr(th(moment).attr("scope", "row"));
      for (int k = 0; k < matrix[t].length; k++) {
        double v = matrix[t][k];
        double share = to > from ? (v - from) / (to - from) : 0.5;
        line.with(
            td(Numbers.of(v))
                .withCondClass(t == k + 1, "diagonal")
                .withStyle(
                    "background: " + Cividis.hex(share) + "; color: " + Cividis.text(share)));
      }
      lines.add(line);
    }
    return div(table(caption(title), thead(head), tbody().with(lines.toArray(DomContent[]::new))))
        .withClass("map");
  }
}
