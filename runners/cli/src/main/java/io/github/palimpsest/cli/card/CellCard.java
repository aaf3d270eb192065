package io.github.palimpsest.cli.card;

import io.github.palimpsest.experiment.plan.Cell;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.experiment.subject.ModelFolder;
import io.github.palimpsest.experiment.subject.ModelOrigin;
import io.github.palimpsest.results.folder.CellResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

/** The model card of a finished cell's model. */
public final class CellCard {
  private CellCard() {}

  /** The text. */
  public static String of(Plan plan, Cell cell, CellResult result) {
    ModelCard.Trained by = ModelCard.Trained.by(cell.recipe(), plan.registry());
    ModelOrigin origin = ModelOrigin.of(plan.experiment());
    ModelCard card =
        origin instanceof ModelFolder base
            ? ModelCard.of(base.folder(), by.tags(), ModelCard.TRAINED)
            : ModelCard.of(by.tags(), ModelCard.TRAINED);
    card.heading("Recipe")
        .code(result.recipe())
        .paragraph(
            "Cell %s of the experiment '%s', seed %d."
                .formatted(result.id(), result.experiment(), result.seed()))
        .heading("Tasks, in this order")
        .table(tasks(result))
        .heading("Scores")
        .paragraph(
            "By %s; %s is better."
                .formatted(result.measure(), result.higherIsBetter() ? "higher" : "lower"))
        .table(scores(result))
        .table(metrics(result))
        .heading("Base");
    if (origin instanceof ModelFolder base) {
      card.models(List.of(base.folder()));
    } else {
      card.paragraph("Random weights, which the seed draws.");
    }
    return card.versions(by.components()).text();
  }

  private static List<List<String>> tasks(CellResult result) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("task", "steps"));
    for (int t = 0; t < result.tasks().size(); t++) {
      rows.add(List.of(result.tasks().get(t), Long.toString(result.steps().get(t))));
    }
    return rows;
  }

  private static List<List<String>> scores(CellResult result) {
    List<List<String>> rows = new ArrayList<>();
    List<String> head = new ArrayList<>(List.of("after"));
    head.addAll(result.tasks());
    rows.add(head);
    rows.add(row("no task", result.scores().before()));
    double[][] after = result.scores().after();
    for (int t = 0; t < after.length; t++) {
      rows.add(row(result.tasks().get(t), after[t]));
    }
    return rows;
  }

  private static List<String> row(String name, double[] scores) {
    List<String> row = new ArrayList<>(List.of(name));
    for (double score : scores) {
      row.add(number(score));
    }
    return row;
  }

  private static List<List<String>> metrics(CellResult result) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("metric", "value"));
    new TreeMap<>(result.metrics())
        .forEach(
            (name, value) -> rows.add(List.of(name, number(value == null ? Double.NaN : value))));
    return rows;
  }

  private static String number(double value) {
    return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%.4f", value);
  }
}
