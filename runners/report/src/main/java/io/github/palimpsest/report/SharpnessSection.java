package io.github.palimpsest.report;

import static j2html.TagCreator.details;
import static j2html.TagCreator.div;
import static j2html.TagCreator.each;
import static j2html.TagCreator.p;
import static j2html.TagCreator.summary;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.results.analysis.Observation;
import io.github.palimpsest.results.analysis.ProbeAssociation;
import io.github.palimpsest.results.analysis.ProbedRun;
import io.github.palimpsest.results.folder.Json;
import io.github.palimpsest.results.folder.ProbeResult;
import io.github.palimpsest.results.text.Sample;
import j2html.tags.DomContent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Sharpness before forgetting: probes after a task against the forgetting that followed; and a
 * description of the final weights.
 */
record SharpnessSection(Report report, Figures figures) {
  List<DomContent> content() {
    List<DomContent> all = new ArrayList<>();
    if (!report.associations().isEmpty()) {
      all.add(
          p("The claim in question: flatter minima forget less, so what is sharp after a task is"
                  + " forgotten when the next one is trained (Li et al. 2024, arXiv:2406.04836). "
                  + String.join(". ", ProbeAssociation.DEFINITION)
                  + ".")
              .withClass("lead"));
      all.add(associations());
      List<DomContent> charts = report.associations().stream().map(this::chart).toList();
      all.add(div(each(charts.toArray(DomContent[]::new))).withClass("grid"));
    }
    HtmlTable described = described();
    if (!described.isEmpty()) {
      all.add(
          details(
              summary("Probes at the final weights: they describe, and predict nothing"),
              p(
                  "These were measured after all training, so they follow from what was trained and"
                      + " forgotten. No correlation with forgetting is given."),
              described.html()));
    }
    return all;
  }

  private DomContent associations() {
    HtmlTable table =
        new HtmlTable("Probes before the next task, against the forgetting that followed")
            .text("probe", "after")
            .numbers("runs", "recipes", "rank correlation", "partial", "95 % interval", "p (Holm)")
            .text("says")
            .sortable("probes-table");
    for (ProbeAssociation a : report.associations()) {
      table.row(
          List.of(
              HtmlTable.Cell.of(a.probe()),
              HtmlTable.Cell.of(a.task()),
              HtmlTable.Cell.of("" + a.used(), a.used()),
              HtmlTable.Cell.of("" + a.recipes(), a.recipes()),
              HtmlTable.Cell.of(Numbers.signed(a.spearman()), a.spearman()),
              HtmlTable.Cell.of(Numbers.signed(a.partial()), a.partial()),
              HtmlTable.Cell.of(
                  Numbers.range(a.interval()), a.interval().map(v -> v.low()).orElse(Double.NaN)),
              HtmlTable.Cell.of(Numbers.p(a.holm()), a.holm().orElse(Double.NaN)),
              HtmlTable.Cell.of(a.says())));
    }
    return table.html();
  }

  /** Forgetting is how much worse a score is, whatever the direction of its measure. */
  private String forgetting() {
    return Units.of(report.scale(report.results().measure()).unit(), false);
  }

  private DomContent chart(ProbeAssociation a) {
    String y = "forgetting of " + a.task() + " over " + a.next();
    ObjectNode spec =
        Json.object()
            .put("kind", "scatter")
            .put("x", a.probe() + " (the probe's own unit)")
            .put("y", y + " (" + forgetting() + ")");
    ArrayNode groups = spec.putArray("groups");
    ArrayNode marks = spec.putArray("points");
    HtmlTable table =
        new HtmlTable(a.probe() + " after " + a.task() + ", and " + y)
            .text("recipe of the first task")
            .numbers("seed")
            .measured("probe", "its own unit")
            .measured("loss", Units.LOSS)
            .measured("distance", "of the weights")
            .measured("forgetting", forgetting())
            .numbers("cells");
    a.runs().stream().map(ProbedRun::recipe).distinct().forEach(groups::add);
    for (ProbedRun run : a.runs()) {
      marks
          .addObject()
          .put("name", run.recipe() + ", seed " + run.seed())
          .put("group", run.recipe())
          .put("x", run.value())
          .put("y", run.forgetting());
      table.row(
          run.recipe(),
          "" + run.seed(),
          Numbers.general(run.value()),
          Numbers.general(run.loss()),
          Numbers.general(run.distance()),
          Numbers.of(run.forgetting()),
          "" + run.continuations());
    }
    List<String> words = new ArrayList<>(List.of(a.sentence()));
    words.addAll(a.caveats());
    return figures.chart(
        EffectsSection.capital(a.probe()) + ", after " + a.task() + ", against " + y,
        EffectsSection.capital(String.join("; ", words)) + ".",
        spec,
        table);
  }

  /** The means over the cells of each recipe. */
  private HtmlTable described() {
    Map<String, Map<String, List<Double>>> values = new LinkedHashMap<>();
    for (ProbeResult m : report.measurements()) {
      Optional<Observation> cell =
          report.cells().stream().filter(c -> c.cell().equals(m.cell())).findFirst();
      m.summary()
          .forEach(
              (name, value) ->
                  cell.ifPresent(
                      c ->
                          values
                              .computeIfAbsent(
                                  m.probe() + ", " + name + ", on " + m.on(),
                                  k -> new LinkedHashMap<>())
                              .computeIfAbsent(c.recipe(), k -> new ArrayList<>())
                              .add(value)));
    }
    HtmlTable table =
        new HtmlTable("Probes at the final weights")
            .text("probe", "recipe")
            .numbers("cells")
            .measured("mean", "the probe's own unit")
            .measured("sd", "the probe's own unit");
    values.forEach(
        (probe, recipes) ->
            recipes.forEach(
                (recipe, each) -> {
                  Sample sample = Sample.of(each.stream().mapToDouble(x -> x));
                  table.row(
                      probe,
                      recipe,
                      "" + each.size(),
                      Numbers.general(sample.mean()),
                      Numbers.general(sample.deviation()));
                }));
    return table;
  }
}
