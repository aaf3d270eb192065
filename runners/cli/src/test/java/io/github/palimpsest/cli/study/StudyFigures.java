package io.github.palimpsest.cli.study;

import io.github.palimpsest.cli.figure.Figure;
import io.github.palimpsest.cli.figure.Figure.Panel;
import io.github.palimpsest.cli.figure.Figure.Row;
import io.github.palimpsest.results.analysis.Effect;
import io.github.palimpsest.results.statistics.SeedContrast;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The figures of the study. */
record StudyFigures(Study study) {
  /** The figures by file name. */
  Map<String, Figure> figures() {
    Map<String, Figure> all = new LinkedHashMap<>();
    if (!study.primary().isEmpty()) {
      all.put("where.svg", whereFigure());
    }
    for (Grid grid : study.grids("rates-")) {
      all.put(grid.experiment().name() + ".svg", ratesFigure(grid));
    }
    study.grid("adds-small").ifPresent(g -> all.put("adds.svg", addsFigure(g)));
    return all;
  }

  private Figure whereFigure() {
    List<Panel> panels = new ArrayList<>();
    for (Grid grid : study.primary()) {
      List<Row> rows = new ArrayList<>();
      for (Arm arm : List.of(Arm.FIRST, Arm.LATER, Arm.BOTH)) {
        if (grid.experiment().arms().contains(arm)) {
          rows.add(row(arm.name(), grid.effect(arm, Grid.FORGETTING)));
        }
      }
      panels.add(
          new Panel(
              "%s: forgetting minus that of AdamW, nats".formatted(grid.experiment().name()),
              rows));
    }
    return new Figure(panels);
  }

  private static Figure ratesFigure(Grid grid) {
    List<Panel> panels = new ArrayList<>();
    for (String rate : Experiment.RATES) {
      List<Row> rows = new ArrayList<>();
      for (Arm arm : List.of(Arm.FIRST, Arm.LATER, Arm.BOTH)) {
        SeedContrast seeds = grid.difference(arm.at(rate), Arm.ADAMW.at(rate), "", Grid.FORGETTING);
        rows.add(
            new Row(
                arm.name(),
                list(seeds.perSeed()),
                false,
                seeds.test().map(t -> t.interval(Shown.CONFIDENCE)).orElse(null)));
      }
      panels.add(
          new Panel(
              "%s, rate %s: forgetting minus that of AdamW, nats"
                  .formatted(grid.experiment().model(), rate),
              rows));
    }
    return new Figure(panels);
  }

  private static Figure addsFigure(Grid grid) {
    List<Panel> panels = new ArrayList<>();
    for (String strategy : grid.strategies()) {
      List<Row> rows = new ArrayList<>();
      for (Arm arm : grid.experiment().arms()) {
        rows.add(
            new Row(
                arm.name(),
                List.copyOf(grid.values(arm, strategy, c -> c.outcome(Grid.AVERAGE)).values()),
                arm.role() == Arm.Role.BASE));
      }
      panels.add(
          new Panel(
              "%s: loss of both tasks at the end, nats (less is better)".formatted(strategy),
              rows));
    }
    return new Figure(panels);
  }

  private static Row row(String name, Effect effect) {
    return new Row(
        name,
        list(effect.seeds().perSeed()),
        false,
        effect.conclusion().simultaneous().or(effect::interval).orElse(null));
  }

  private static List<Double> list(double[] values) {
    List<Double> all = new ArrayList<>();
    for (double v : values) {
      all.add(v);
    }
    return all;
  }
}
