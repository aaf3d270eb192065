package io.github.palimpsest.cli.study;

import io.github.palimpsest.results.statistics.SeedContrast;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The answers of the study in one table: two by the rule of the design, and what else the runs say.
 */
record StudyAnswers(Study study) {
  String answers() {
    StringBuilder text =
        new StringBuilder(
            "## Answers\n\n| question | answer | where it comes from |\n|---|---|---|\n");
    answer(text, "SAM in the first stage alone: less forgetting?", Arm.FIRST);
    answer(text, "SAM in the later stage alone, the paper's case: less forgetting?", Arm.LATER);
    further(text);
    text.append(
        """

        The first two by the [rule of the design](DESIGN.md#analysis): *yes* or *no* takes three of six experiments and none against it; *it depends* means intervals on both sides.
        \\* There the arms also differ in the rate of a stage, so that SAM and the rate cannot be told apart ([amendment](DESIGN.md#amendments)).

        The others are exploratory: *less* and *more* are 95 % intervals, each alone, that exclude 0, and *rises with forgetting* is p of at most 0.05 after Holm; *open* is what is neither.
        """);
    if (!study.missing().isEmpty()) {
      text.append(
          "\n%s of %s planned runs are in; not run yet: %s. Until then *yes* can still become *it depends*.\n"
              .formatted(
                  study.all().size(),
                  Experiment.ALL.size(),
                  study.missing().stream()
                      .map(e -> "`" + e.name() + "`")
                      .collect(Collectors.joining(", "))));
    }
    return text.toString();
  }

  private void answer(StringBuilder text, String question, Arm arm) {
    List<Grid> asked = study.primary();
    List<Answer.Side> sides =
        asked.stream().map(g -> Answer.Side.of(g.effect(arm, Grid.FORGETTING))).toList();
    text.append("| %s | **%s** | ".formatted(question, Answer.of(sides)));
    List<String> told = new ArrayList<>();
    for (int i = 0; i < asked.size(); i++) {
      Experiment experiment = asked.get(i).experiment();
      told.add(experiment.name() + (experiment.mixesRates() ? "*: " : ": ") + sides.get(i));
    }
    text.append(String.join("; ", told)).append(" |\n");
  }

  private void further(StringBuilder text) {
    List<String> equal = new ArrayList<>();
    for (Grid grid : study.grids("rates-")) {
      for (Arm arm : List.of(Arm.FIRST, Arm.LATER)) {
        equal.add(
            "%s, %s: %s"
                .formatted(
                    grid.experiment().name(),
                    arm.name(),
                    Experiment.RATES.stream()
                        .map(
                            rate ->
                                rate
                                    + " "
                                    + Shown.side(
                                        grid.difference(
                                            arm.at(rate), Arm.ADAMW.at(rate), "", Grid.FORGETTING)))
                        .collect(Collectors.joining(", "))));
      }
    }
    row(text, "At equal learning rates: forgetting?", "at-equal-learning-rates", equal);
    List<String> compute = new ArrayList<>();
    for (Grid grid : study.grids("compute-")) {
      for (Arm arm : List.of(Arm.FIRST, Arm.BOTH)) {
        compute.add(
            "%s, %s: forgetting %s, average of both tasks %s"
                .formatted(
                    grid.experiment().name(),
                    arm.name(),
                    Shown.side(grid.difference(arm, Arm.ADAMW, "", Grid.FORGETTING)),
                    Shown.side(grid.difference(arm, Arm.ADAMW, "", Grid.AVERAGE))));
      }
    }
    row(text, "At equal compute?", "at-equal-compute", compute);
    List<String> adds = new ArrayList<>();
    study
        .grid("adds-small")
        .ifPresent(
            grid ->
                grid.strategies()
                    .forEach(
                        strategy ->
                            adds.add(
                                "%s: forgetting %s, average of both tasks %s"
                                    .formatted(
                                        strategy,
                                        Shown.side(difference(grid, strategy, Grid.FORGETTING)),
                                        Shown.side(difference(grid, strategy, Grid.AVERAGE))))));
    row(
        text,
        "SAM in the first stage with other strategies?",
        "does-sam-add-to-other-strategies",
        adds);
    List<String> predicts = new ArrayList<>();
    study
        .grid("sharpness")
        .ifPresent(
            grid ->
                grid.results()
                    .associations()
                    .forEach(a -> predicts.add("`%s` %s".formatted(a.probe(), a.says()))));
    row(
        text,
        "Does sharpness predict forgetting, given loss and distance?",
        "does-sharpness-before-the-second-task-predict-forgetting",
        predicts);
  }

  private static SeedContrast difference(Grid grid, String strategy, String outcome) {
    return grid.difference(Arm.FIRST, Arm.ADAMW, strategy, outcome);
  }

  private static void row(StringBuilder text, String question, String part, List<String> told) {
    if (!told.isEmpty()) {
      text.append(
          "| %s | [below](#%s) | %s |\n".formatted(question, part, String.join("; ", told)));
    }
  }
}
