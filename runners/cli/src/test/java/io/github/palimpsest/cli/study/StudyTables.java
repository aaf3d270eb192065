package io.github.palimpsest.cli.study;

import io.github.palimpsest.results.analysis.EqualLoss;
import io.github.palimpsest.results.analysis.Frontier;
import io.github.palimpsest.results.analysis.Outcome;
import io.github.palimpsest.results.analysis.ProbeAssociation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The tables that the answers of the study rest on. */
record StudyTables(Study study) {
  String rates() {
    StringBuilder rows = new StringBuilder();
    for (Grid grid : study.grids("tune-")) {
      Map<String, Double> means = new LinkedHashMap<>();
      grid.results().rows().forEach(row -> means.put(row.label(), Grid.mean(row, Grid.AVERAGE)));
      for (boolean sam : new boolean[] {false, true}) {
        Map<String, Double> arm = new LinkedHashMap<>(means);
        arm.keySet().removeIf(label -> label.startsWith("sam(") != sam);
        double best = arm.values().stream().mapToDouble(v -> v).min().orElse(Double.NaN);
        rows.append("| %s | %s |".formatted(grid.experiment().name(), sam ? "SAM" : "AdamW"));
        arm.values()
            .forEach(
                v -> rows.append((v == best ? " **%s** |" : " %s |").formatted(Shown.number(v))));
        rows.append('\n');
      }
    }
    return rows.isEmpty()
        ? ""
        : """
          ## Learning rates

          Average loss of both tasks at the end, three seeds that no other run has. The best of each row is used in `where`, so that each arm has its own rate there.

          | experiment | arm | 3e-4 | 1e-3 | 3e-3 | 1e-2 |
          |---|---|---|---|---|---|
          """
            + rows;
  }

  String where() {
    if (study.primary().isEmpty()) {
      return "";
    }
    StringBuilder text =
        new StringBuilder(
            """
            ## Where SAM acts

            ![Differences in forgetting to AdamW, seed by seed, with intervals](where.svg)

            A dot is a seed, an upright line the mean, a level line the 95 % interval that holds together with the other arms of the experiment. In `where` an arm also has its own
            rate: "SAM in the later stage" takes SAM's there, and in the first one AdamW's.

            | experiment | arm | forgetting | instead of AdamW (95 % together) | verdict | average of both tasks |
            |---|---|---|---|---|---|
            """);
    for (Grid grid : study.primary()) {
      String none = grid.strategies().get(0);
      for (Arm arm : List.of(Arm.ADAMW, Arm.FIRST, Arm.LATER, Arm.BOTH)) {
        if (grid.experiment().arms().contains(arm)) {
          text.append(
              "| %s | %s | %s | %s | %s |\n"
                  .formatted(
                      grid.experiment().name(),
                      arm.name(),
                      Shown.number(grid.mean(arm, none, Grid.FORGETTING)),
                      arm.role() == Arm.Role.BASE
                          ? " | "
                          : Shown.judged(grid.effect(arm, Grid.FORGETTING)),
                      Shown.number(grid.mean(arm, none, Grid.AVERAGE))));
        }
      }
    }
    text.append(
        "\nForgetting and average are of the recipes without a strategy. In `teller`, `tuning` and `smollm2` the difference is the mean over their strategies or adapters.\n");
    for (Grid grid : study.primary()) {
      for (Outcome drift : grid.primary()) {
        if (!drift.name().equals(Grid.FORGETTING)) {
          text.append(drifts(grid, drift));
        }
      }
    }
    return text.toString();
  }

  private static String drifts(Grid grid, Outcome drift) {
    return "\n%s, %s: %s.\n"
        .formatted(
            grid.experiment().name(),
            drift.shown(),
            grid.experiment().arms().stream()
                .filter(arm -> arm.role() != Arm.Role.BASE)
                .map(arm -> arm.name() + " " + Shown.plain(grid.effect(arm, drift.name())))
                .collect(Collectors.joining("; ")));
  }

  String equalRates() {
    StringBuilder rows = new StringBuilder();
    for (Grid grid : study.grids("rates-")) {
      for (String rate : Experiment.RATES) {
        for (Arm arm : List.of(Arm.FIRST, Arm.LATER, Arm.BOTH)) {
          rows.append(againstRate(grid, arm.at(rate), rate));
        }
      }
      for (Arm arm : grid.experiment().arms()) {
        if (arm.role() == Arm.Role.CONTROL) {
          for (String rate : List.of("1e-3", "3e-3")) {
            rows.append(againstRate(grid, arm, rate));
          }
        }
      }
    }
    return rows.isEmpty()
        ? ""
        : """
          ## At equal learning rates

          In `where` an arm also has its own rate. Here both stages and all arms have the same, and the two last rows of an experiment change the rate of one stage without SAM
          (exploratory: [added after a look](DESIGN.md#amendments), each interval alone).

          %s
          | experiment | arm | instead of AdamW with | loss of the first task after its stage | forgetting with AdamW | forgetting, difference | average, difference |
          |---|---|---|---|---|---|---|
          """
                .formatted(
                    study.grids("rates-").stream()
                        .map(g -> g.experiment().name())
                        .map("![Differences in forgetting at equal rates](%s.svg)\n"::formatted)
                        .collect(Collectors.joining("\n")))
            + rows;
  }

  private static String againstRate(Grid grid, Arm arm, String rate) {
    Arm base = Arm.ADAMW.at(rate);
    return "| %s | %s | %s | %s | %s | %s | %s |\n"
        .formatted(
            grid.experiment().name(),
            arm.name(),
            rate,
            Shown.number(grid.score(arm, "", 0, 0)),
            Shown.number(grid.mean(base, "", Grid.FORGETTING)),
            Shown.interval(grid.difference(arm, base, "", Grid.FORGETTING)),
            Shown.interval(grid.difference(arm, base, "", Grid.AVERAGE)));
  }

  String learnedLess() {
    StringBuilder rows = new StringBuilder();
    for (Grid grid : study.primary()) {
      for (Arm arm : grid.experiment().arms()) {
        if (arm.role() == Arm.Role.FIRST
            || arm.role() == Arm.Role.LATER
            || arm.role() == Arm.Role.CONTROL) {
          rows.append(atEqualLoss(grid, arm, Arm.ADAMW));
        }
      }
    }
    for (Grid grid : study.grids("rates-")) {
      for (String rate : Experiment.RATES) {
        for (Arm arm : List.of(Arm.FIRST, Arm.LATER)) {
          rows.append(atEqualLoss(grid, arm.at(rate), Arm.ADAMW.at(rate)));
        }
      }
    }
    return rows.isEmpty()
        ? ""
        : """
          ## Was only less learned?

          What was learned less can be forgotten less. The first column of numbers compares the loss of the first task when its stage ended; the last one compares forgetting where
          both have the same loss of the *second* task (exploratory: each interval alone).

          | experiment | arm | loss of the first task after its stage, arm / AdamW | equal loss of the second task | forgetting there, instead of AdamW |
          |---|---|---|---|---|
          """
            + rows;
  }

  private static String atEqualLoss(Grid grid, Arm arm, Arm base) {
    Optional<EqualLoss.Comparison> equal = grid.atEqualLoss(arm, base);
    String none = grid.strategies().get(0);
    return "| %s | %s | %s / %s | %s | %s |\n"
        .formatted(
            grid.experiment().name(),
            arm.name(),
            Shown.number(grid.score(arm, none, 0, 0)),
            Shown.number(grid.score(base, none, 0, 0)),
            equal.map(c -> Shown.number(c.matched())).orElse("-"),
            equal.map(c -> Shown.interval(c.difference().seeds())).orElse("no points"));
  }

  String compute() {
    StringBuilder rows = new StringBuilder();
    for (Grid grid : study.grids("compute-")) {
      for (Arm arm : List.of(Arm.FIRST, Arm.BOTH)) {
        rows.append(
            "| %s | %s | %s | %s |\n"
                .formatted(
                    grid.experiment().name(),
                    arm.name(),
                    Shown.judged(grid.effect(arm, Grid.FORGETTING)),
                    Shown.plain(grid.effect(arm, Grid.AVERAGE))));
      }
    }
    return rows.isEmpty()
        ? ""
        : """
          ## At equal compute

          SAM takes two passes a step; here it makes half the steps where it acts.

          | experiment | arm | forgetting, instead of AdamW (95 % together) | verdict | average of both tasks (exploratory) |
          |---|---|---|---|---|
          """
            + rows;
  }

  String whichSharpness() {
    StringBuilder rows = new StringBuilder();
    for (Grid grid : study.grids("where-")) {
      for (Arm arm : grid.experiment().arms()) {
        if (arm.role() == Arm.Role.OTHER
            || arm.role() == Arm.Role.CONTROL
            || arm.role() == Arm.Role.FIRST) {
          rows.append(
              "| %s | %s | %s | %s |\n"
                  .formatted(
                      grid.experiment().name(),
                      arm.name(),
                      Shown.number(grid.score(arm, "", 0, 0)),
                      Shown.judged(grid.effect(arm, Grid.FORGETTING))));
        }
      }
    }
    return rows.isEmpty()
        ? ""
        : """
          ## Which sharpness?

          Other ways to a flat first minimum, and two controls: a random direction of the same length in place of the worst one, and AdamW with a rate that learns less. All but the last
          have SAM's rate in the first stage and AdamW's in the second.

          | experiment | arm | loss of the first task after its stage | forgetting, instead of AdamW (95 % together) | verdict |
          |---|---|---|---|---|
          """
            + rows;
  }

  String adds() {
    Optional<Grid> found = study.grid("adds-small");
    if (found.isEmpty()) {
      return "";
    }
    Grid grid = found.get();
    StringBuilder rows = new StringBuilder();
    for (String strategy : grid.strategies()) {
      for (Arm arm : List.of(Arm.FIRST, Arm.BOTH)) {
        rows.append(
            "| %s | %s | %s | %s | %s | %s | %s |\n"
                .formatted(
                    strategy,
                    arm.name(),
                    Shown.number(grid.mean(Arm.ADAMW, strategy, Grid.FORGETTING)),
                    Shown.interval(grid.difference(arm, Arm.ADAMW, strategy, Grid.FORGETTING)),
                    Shown.number(grid.mean(Arm.ADAMW, strategy, Grid.AVERAGE)),
                    Shown.interval(grid.difference(arm, Arm.ADAMW, strategy, Grid.AVERAGE)),
                    grid.interaction(arm, strategy, Grid.AVERAGE).map(Shown::plain).orElse("")));
      }
    }
    return """
        ## Does SAM add to other strategies?

        ![Average score of both tasks by arm and strategy](adds.svg)

        Within each strategy, the arm instead of AdamW (exploratory: each interval alone). The last column is the interaction: by how much the effect of the arm is larger with the
        strategy than without one. A negative number in the columns of differences is an improvement.

        | strategy | arm | forgetting with AdamW | forgetting, difference | average with AdamW | average, difference | interaction, average |
        |---|---|---|---|---|---|---|
        """
        + rows
        + frontier(grid);
  }

  private static String frontier(Grid grid) {
    return "\nNot beaten in learning, retention and passes at once: "
        + grid.analysis().frontier().unbeaten().stream()
            .map(Frontier.Point::recipe)
            .map(r -> "`" + r + "`")
            .collect(Collectors.joining(", "))
        + ".\n";
  }

  String sharpness() {
    Optional<Grid> found = study.grid("sharpness");
    if (found.isEmpty()) {
      return "";
    }
    StringBuilder rows = new StringBuilder();
    for (ProbeAssociation a : found.get().results().associations()) {
      rows.append(
          "| `%s` | %d | %s | %s | %s |\n"
              .formatted(
                  a.probe(),
                  a.runs().size(),
                  Shown.number(a.spearman()),
                  a.test()
                      .map(t -> Shown.shown(a.partial(), t.interval()))
                      .orElse(Shown.number(a.partial()) + ", no interval"),
                  a.holm().isPresent() ? Shown.p(a.holm().getAsDouble()) : "-"));
    }
    return """
        ## Does sharpness before the second task predict forgetting?

        Six ways to train the first stage, eight seeds, one way to train the second. Spearman's rank correlation with the forgetting that followed; partial: given the loss of the
        first task and the distance moved (95 % interval; p after Holm over all rows; exploratory).

        | probe | models | correlation | partial correlation | p |
        |---|---|---|---|---|
        """
        + rows;
  }
}
