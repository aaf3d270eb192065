package io.github.palimpsest.cli.train;

import io.github.palimpsest.api.data.DataCounts;
import io.github.palimpsest.cli.card.CommandText;
import io.github.palimpsest.cli.card.ModelCard;
import io.github.palimpsest.results.folder.Evaluations;
import io.github.palimpsest.results.folder.Fingerprint;
import io.github.palimpsest.results.folder.LossLog;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/** The model card of a training: recipe, data, losses and the command. */
final class TrainingCard {
  private TrainingCard() {}

  /**
   * The text.
   *
   * @param step the finished steps after which the weights are
   * @param losses the objective of each step
   */
  static String of(
      TrainingSubject subject, long step, List<LossLog.Row> losses, Evaluations evaluations) {
    ModelCard.Trained by = ModelCard.Trained.by(subject.recipe(), subject.registry());
    TreeSet<String> tags = new TreeSet<>(by.tags());
    List<Path> models = new ArrayList<>(List.of(subject.directory().folder()));
    if (subject.start() != null) {
      models.add(subject.start().folder());
      tags.add("peft");
    }
    ModelCard card =
        ModelCard.of(subject.directory().folder(), tags, ModelCard.TRAINED)
            .heading("Recipe")
            .code(subject.recipe().toString())
            .paragraph(
                "%d steps of %d examples; the weights are those after step %d. Seed %d."
                    .formatted(
                        losses.get(losses.size() - 1).step(),
                        subject.training().batchSize(),
                        step,
                        subject.seed()))
            .heading("Data")
            .table(files(subject))
            .table(counts(subject))
            .heading("Losses")
            .table(losses(losses, evaluations))
            .heading("Base")
            .models(models)
            .versions(by.components());
    return card.heading("Command").code(subject.command()).text();
  }

  private static List<List<String>> files(TrainingSubject subject) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("file", "SHA-256"));
    subject.files().forEach(f -> rows.add(List.of(CommandText.name(f), Fingerprint.of(f))));
    return rows;
  }

  private static List<List<String>> counts(TrainingSubject subject) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("records", "training", "evaluation"));
    DataCounts held = subject.heldOutCounts();
    subject
        .counts()
        .byName()
        .forEach(
            (name, count) ->
                rows.add(
                    List.of(
                        name,
                        count.toString(),
                        held == null ? "" : held.byName().get(name).toString())));
    return rows;
  }

  private static List<List<String>> losses(List<LossLog.Row> losses, Evaluations evaluations) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("step", "training", "held out"));
    TreeSet<Long> steps =
        new TreeSet<>(List.of(losses.get(0).step(), losses.get(losses.size() - 1).step()));
    evaluations.evaluations().forEach(e -> steps.add(e.step()));
    for (long step : steps) {
      String held =
          evaluations.evaluations().stream()
              .filter(e -> e.step() == step)
              .findFirst()
              .map(e -> number(e.loss()))
              .orElse("");
      rows.add(
          List.of(
              Long.toString(step),
              losses.stream()
                  .filter(l -> l.step() == step)
                  .findFirst()
                  .map(l -> number(l.loss()))
                  .orElse(""),
              held));
    }
    return rows;
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }
}
