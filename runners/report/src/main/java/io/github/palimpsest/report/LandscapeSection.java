package io.github.palimpsest.report;

import static j2html.TagCreator.details;
import static j2html.TagCreator.div;
import static j2html.TagCreator.each;
import static j2html.TagCreator.figcaption;
import static j2html.TagCreator.figure;
import static j2html.TagCreator.i;
import static j2html.TagCreator.p;
import static j2html.TagCreator.span;
import static j2html.TagCreator.summary;

import io.github.palimpsest.results.analysis.Observation;
import io.github.palimpsest.results.folder.ProbeResult;
import j2html.tags.DomContent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The loss around cells' weights, from above and as a surface. */
record LandscapeSection(Report report) {
  /** More drawings would make the file large; all numbers are in the table. */
  private static final int MOST = 12;

  List<DomContent> content() {
    Map<String, List<Landscape>> comparable = new LinkedHashMap<>();
    for (ProbeResult m : report.measurements()) {
      Landscape.of(m)
          .ifPresent(
              l ->
                  comparable
                      .computeIfAbsent(l.probe() + " on " + l.on(), k -> new ArrayList<>())
                      .add(l));
    }
    List<DomContent> all = new ArrayList<>();
    if (comparable.isEmpty()) {
      return all;
    }
    all.add(
        p("The loss at w + x d1 + y d2, for two random directions that are drawn once for all"
                + " cells. Each column of a kernel's direction is as long as that column of the"
                + " weights before any training, so that they are equal for all cells of a seed; or,"
                + " where it says norms=own, as that of the cell's own weights (filter normalisation,"
                + " Li et al. 2018). SC, AG and MAG are this project's definitions: with central"
                + " differences over the inner points of the grid, SC is the mean of |Zxx + Zyy|, AG"
                + " of the length of the gradient, MAG of (|Zx| + |Zy|) / 2; lower is flatter. The"
                + " paper that names them (Li et al. 2024, arXiv:2406.04836) defines them in an"
                + " appendix that was not at hand.")
            .withClass("lead"));
    comparable.forEach((name, landscapes) -> all.addAll(group(name, landscapes)));
    return all;
  }

  private List<DomContent> group(String name, List<Landscape> landscapes) {
    List<LandscapeDrawing> drawings = LandscapeDrawing.of(landscapes);
    double[] ends = drawings.get(0).ends();
    HtmlTable table =
        new HtmlTable(name)
            .text("cell", "recipe")
            .numbers("seed")
            .measured("SC", "lower is flatter")
            .measured("AG", "lower is flatter")
            .measured("MAG", "lower is flatter")
            .measured("lowest", Units.LOSS)
            .measured("highest", Units.LOSS);
    List<DomContent> figures = new ArrayList<>();
    for (LandscapeDrawing d : drawings) {
      Landscape l = d.landscape();
      Observation cell =
          report.cells().stream().filter(c -> c.cell().equals(l.cell())).findFirst().orElse(null);
      String recipe = cell == null ? "a cell of an earlier plan" : cell.recipe();
      TreeMap<String, Double> v = new TreeMap<>(l.values());
      table.row(
          l.cell(),
          recipe,
          cell == null ? Numbers.NONE : "" + cell.seed(),
          Numbers.general(v.getOrDefault("SC", Double.NaN)),
          Numbers.general(v.getOrDefault("AG", Double.NaN)),
          Numbers.general(v.getOrDefault("MAG", Double.NaN)),
          Numbers.general(l.lowest()),
          Numbers.general(l.highest()));
      if (figures.size() < MOST) {
        String alternative =
            "The loss lies between "
                + Numbers.general(l.lowest())
                + " and "
                + Numbers.general(l.highest())
                + "; SC "
                + Numbers.general(v.getOrDefault("SC", Double.NaN))
                + ".";
        figures.add(
            figure(
                figcaption(recipe + (cell == null ? "" : ", seed " + cell.seed())),
                p(alternative).withClass("alt"),
                d.svg("Contour and surface of the loss for " + recipe + ". " + alternative)));
      }
    }
    return List.of(
        p(
            name
                + ": "
                + Numbers.count(landscapes.size(), "cell")
                + (landscapes.size() > MOST ? ", the first " + MOST + " drawn" : "")
                + ", from −"
                + Numbers.general(landscapes.get(0).span())
                + " to "
                + Numbers.general(landscapes.get(0).span())
                + " in both directions; one scale for all"
                + (ends[0] > 0 ? ", even in the logarithm." : ".")),
        div(
                span(Numbers.general(ends[0])),
                i().withStyle("background: " + Cividis.gradient()).attr("aria-hidden", "true"),
                span(Numbers.general(ends[1]) + " " + Units.LOSS))
            .withClass("scale"),
        div(each(figures.toArray(DomContent[]::new))).withClass("grid"),
        details(summary("The numbers as a table"), table.html()));
  }
}
