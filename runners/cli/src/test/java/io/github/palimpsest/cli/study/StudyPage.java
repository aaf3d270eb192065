package io.github.palimpsest.cli.study;

import io.github.palimpsest.cli.figure.Figure;
import io.github.palimpsest.cli.figure.Figure.Panel;
import io.github.palimpsest.cli.figure.Figure.Row;
import io.github.palimpsest.results.analysis.Conclusion;
import io.github.palimpsest.results.analysis.Effect;
import io.github.palimpsest.results.analysis.EqualLoss;
import io.github.palimpsest.results.analysis.Frontier;
import io.github.palimpsest.results.analysis.Outcome;
import io.github.palimpsest.results.analysis.ProbeAssociation;
import io.github.palimpsest.results.statistics.Interval;
import io.github.palimpsest.results.statistics.SeedContrast;
import io.github.palimpsest.results.statistics.TTest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The page of the study: an answer to each question of its design, with the tables and figures that
 * it rests on. Every number and every verdict is computed from the results that are kept.
 */
final class StudyPage {
  private static final double CONFIDENCE = 0.95;

  private final Map<String, Grid> grids = new LinkedHashMap<>();
  private final List<Experiment> missing = new ArrayList<>();
  private final String reading;

  /**
   * A page.
   *
   * @param results the folder of the kept results
   * @param reading what the authors make of the answers, in Markdown
   */
  StudyPage(Path results, String reading) {
    this.reading = reading;
    for (Experiment experiment : Experiment.ALL) {
      Grid.of(experiment, experiment.results(results))
          .ifPresentOrElse(g -> grids.put(experiment.name(), g), () -> missing.add(experiment));
    }
  }

  private Optional<Grid> grid(String name) {
    return Optional.ofNullable(grids.get(name));
  }

  private List<Grid> grids(String prefix) {
    return grids.values().stream().filter(g -> g.experiment().name().startsWith(prefix)).toList();
  }

  /** The experiments of the primary questions that were run. */
  private List<Grid> primary() {
    return Experiment.PRIMARY.stream().flatMap(name -> grid(name).stream()).toList();
  }

  /** The page in Markdown. */
  String text() {
    List<String> parts = new ArrayList<>();
    parts.add(head());
    parts.add(answers());
    parts.add(rates());
    parts.add(where());
    parts.add(equalRates());
    parts.add(learnedLess());
    parts.add(compute());
    parts.add(whichSharpness());
    parts.add(adds());
    parts.add(sharpness());
    parts.add(reading);
    parts.add(PAPER);
    parts.add(again());
    return parts.stream().filter(p -> !p.isEmpty()).collect(Collectors.joining("\n"));
  }

  /** The figures by file name. */
  Map<String, Figure> figures() {
    Map<String, Figure> all = new LinkedHashMap<>();
    if (!primary().isEmpty()) {
      all.put("where.svg", whereFigure());
    }
    for (Grid grid : grids("rates-")) {
      all.put(grid.experiment().name() + ".svg", ratesFigure(grid));
    }
    grid("adds-small").ifPresent(g -> all.put("adds.svg", addsFigure(g)));
    return all;
  }

  private String head() {
    return """
        # Does a flat minimum forget less?

        A language model that learns a second thing forgets part of the first. The paper ([arXiv 2406.04836](https://arxiv.org/abs/2406.04836)) claims that flatter minima forget
        less, that sharpness-aware minimization (SAM) finds them, and that SAM adds to other strategies. This page tests the three claims on small models, with %s seeds an arm, the
        comparisons fixed [before the runs](DESIGN.md), and rates tuned on other seeds for each arm. Every number is computed from the
        [committed results](results) by the commands [below](#run-it-again). The paper's own recipes for Llama 2, as experiment files, are on [another page](recipes.md).

        Forgetting is in nats per token of held-out examples: by how much the loss of the first task rose while the second was learned. Less is better. "SAM in the first stage"
        means that SAM learns what is to be kept, and AdamW learns the second task; "in the later stage" is the paper's case.
        """
        .formatted(
            primary().stream()
                .map(Grid::seeds)
                .distinct()
                .map(String::valueOf)
                .collect(Collectors.joining(" or ")));
  }

  private String answers() {
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

        The others are exploratory: *less* and *more* are 95 % intervals, each alone, that exclude 0; *open* are those that do not.
        """);
    if (!missing.isEmpty()) {
      text.append(
          "\n%s of %s planned runs are in; not run yet: %s. Until then *yes* can still become *it depends*.\n"
              .formatted(
                  grids.size(),
                  Experiment.ALL.size(),
                  missing.stream()
                      .map(e -> "`" + e.name() + "`")
                      .collect(Collectors.joining(", "))));
    }
    return text.toString();
  }

  private void further(StringBuilder text) {
    List<String> equal = new ArrayList<>();
    for (Grid grid : grids("rates-")) {
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
                                    + side(
                                        grid.difference(
                                            arm.at(rate), Arm.ADAMW.at(rate), "", Grid.FORGETTING)))
                        .collect(Collectors.joining(", "))));
      }
    }
    row(text, "At equal learning rates: forgetting?", "at-equal-learning-rates", equal);
    List<String> compute = new ArrayList<>();
    for (Grid grid : grids("compute-")) {
      for (Arm arm : List.of(Arm.FIRST, Arm.BOTH)) {
        compute.add(
            "%s, %s: forgetting %s, average of both tasks %s"
                .formatted(
                    grid.experiment().name(),
                    arm.name(),
                    side(grid.difference(arm, Arm.ADAMW, "", Grid.FORGETTING)),
                    side(grid.difference(arm, Arm.ADAMW, "", Grid.AVERAGE))));
      }
    }
    row(text, "At equal compute?", "at-equal-compute", compute);
    List<String> adds = new ArrayList<>();
    grid("adds-small")
        .ifPresent(
            grid ->
                grid.strategies()
                    .forEach(
                        strategy ->
                            adds.add(
                                "%s: forgetting %s, average of both tasks %s"
                                    .formatted(
                                        strategy,
                                        side(difference(grid, strategy, Grid.FORGETTING)),
                                        side(difference(grid, strategy, Grid.AVERAGE))))));
    row(
        text,
        "SAM in the first stage with other strategies?",
        "does-sam-add-to-other-strategies",
        adds);
    List<String> predicts = new ArrayList<>();
    grid("sharpness")
        .ifPresent(
            grid ->
                grid.results()
                    .associations()
                    .forEach(
                        a ->
                            predicts.add(
                                "`%s` %s"
                                    .formatted(
                                        a.probe(),
                                        a.test()
                                            .map(t -> t.interval().excludes(0) ? "yes" : "open")
                                            .orElse("no interval")))));
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

  private static String side(SeedContrast seeds) {
    if (seeds.n() == 0) {
      return "not defined";
    }
    return seeds
        .test()
        .map(t -> t.interval(CONFIDENCE))
        .filter(i -> i.excludes(0))
        .map(i -> i.high() < 0 ? "less" : "more")
        .orElse("open");
  }

  private void answer(StringBuilder text, String question, Arm arm) {
    List<Grid> asked = primary();
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

  private String rates() {
    StringBuilder rows = new StringBuilder();
    for (Grid grid : grids("tune-")) {
      Map<String, Double> means = new LinkedHashMap<>();
      grid.results().rows().forEach(row -> means.put(row.label(), Grid.mean(row, Grid.AVERAGE)));
      for (boolean sam : new boolean[] {false, true}) {
        Map<String, Double> arm = new LinkedHashMap<>(means);
        arm.keySet().removeIf(label -> label.startsWith("sam(") != sam);
        double best = arm.values().stream().mapToDouble(v -> v).min().orElse(Double.NaN);
        rows.append("| %s | %s |".formatted(grid.experiment().name(), sam ? "SAM" : "AdamW"));
        arm.values()
            .forEach(v -> rows.append((v == best ? " **%s** |" : " %s |").formatted(number(v))));
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

  private String where() {
    if (primary().isEmpty()) {
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
    for (Grid grid : primary()) {
      String none = grid.strategies().get(0);
      for (Arm arm : List.of(Arm.ADAMW, Arm.FIRST, Arm.LATER, Arm.BOTH)) {
        if (grid.experiment().arms().contains(arm)) {
          text.append(
              "| %s | %s | %s | %s | %s |\n"
                  .formatted(
                      grid.experiment().name(),
                      arm.name(),
                      number(grid.mean(arm, none, Grid.FORGETTING)),
                      arm.role() == Arm.Role.BASE
                          ? " | "
                          : judged(grid.effect(arm, Grid.FORGETTING)),
                      number(grid.mean(arm, none, Grid.AVERAGE))));
        }
      }
    }
    text.append(
        "\nForgetting and average are of the recipes without a strategy. In `teller`, `tuning` and `smollm2` the difference is the mean over their strategies or adapters.\n");
    for (Grid grid : primary()) {
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
                .map(arm -> arm.name() + " " + plain(grid.effect(arm, drift.name())))
                .collect(Collectors.joining("; ")));
  }

  private Figure whereFigure() {
    List<Panel> panels = new ArrayList<>();
    for (Grid grid : primary()) {
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
                seeds.test().map(t -> t.interval(CONFIDENCE)).orElse(null)));
      }
      panels.add(
          new Panel(
              "%s, rate %s: forgetting minus that of AdamW, nats"
                  .formatted(grid.experiment().model(), rate),
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

  private String equalRates() {
    StringBuilder rows = new StringBuilder();
    for (Grid grid : grids("rates-")) {
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
                    grids("rates-").stream()
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
            number(grid.score(arm, "", 0, 0)),
            number(grid.mean(base, "", Grid.FORGETTING)),
            interval(grid.difference(arm, base, "", Grid.FORGETTING)),
            interval(grid.difference(arm, base, "", Grid.AVERAGE)));
  }

  private String learnedLess() {
    StringBuilder rows = new StringBuilder();
    for (Grid grid : primary()) {
      for (Arm arm : grid.experiment().arms()) {
        if (arm.role() == Arm.Role.FIRST
            || arm.role() == Arm.Role.LATER
            || arm.role() == Arm.Role.CONTROL) {
          rows.append(atEqualLoss(grid, arm, Arm.ADAMW));
        }
      }
    }
    for (Grid grid : grids("rates-")) {
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
            number(grid.score(arm, none, 0, 0)),
            number(grid.score(base, none, 0, 0)),
            equal.map(c -> number(c.matched())).orElse("-"),
            equal.map(c -> interval(c.difference().seeds())).orElse("no points"));
  }

  private String compute() {
    StringBuilder rows = new StringBuilder();
    for (Grid grid : grids("compute-")) {
      for (Arm arm : List.of(Arm.FIRST, Arm.BOTH)) {
        rows.append(
            "| %s | %s | %s | %s |\n"
                .formatted(
                    grid.experiment().name(),
                    arm.name(),
                    judged(grid.effect(arm, Grid.FORGETTING)),
                    plain(grid.effect(arm, Grid.AVERAGE))));
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

  private String whichSharpness() {
    StringBuilder rows = new StringBuilder();
    for (Grid grid : grids("where-")) {
      for (Arm arm : grid.experiment().arms()) {
        if (arm.role() == Arm.Role.OTHER
            || arm.role() == Arm.Role.CONTROL
            || arm.role() == Arm.Role.FIRST) {
          rows.append(
              "| %s | %s | %s | %s |\n"
                  .formatted(
                      grid.experiment().name(),
                      arm.name(),
                      number(grid.score(arm, "", 0, 0)),
                      judged(grid.effect(arm, Grid.FORGETTING))));
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

  private String adds() {
    Optional<Grid> found = grid("adds-small");
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
                    number(grid.mean(Arm.ADAMW, strategy, Grid.FORGETTING)),
                    interval(grid.difference(arm, Arm.ADAMW, strategy, Grid.FORGETTING)),
                    number(grid.mean(Arm.ADAMW, strategy, Grid.AVERAGE)),
                    interval(grid.difference(arm, Arm.ADAMW, strategy, Grid.AVERAGE)),
                    grid.interaction(arm, strategy, Grid.AVERAGE)
                        .map(StudyPage::plain)
                        .orElse("")));
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

  private String sharpness() {
    Optional<Grid> found = grid("sharpness");
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
                  number(a.spearman()),
                  a.test()
                      .map(t -> shown(a.partial(), t.interval()))
                      .orElse(number(a.partial()) + ", no interval"),
                  a.holm().isPresent() ? p(a.holm().getAsDouble()) : "-"));
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

  private static final String PAPER =
      """
      ## The paper's table next to ours

      Table 2 of the paper has the mean of four groups of benchmarks (0 to 100, more is better) after a second stage, minus that of the model before it. As its notes of the code
      say, SAM made one epoch and AdamW two.

      | model, second stage | AdamW | SAM | SAM's gain |
      |---|---|---|---|
      | Llama-2-7B, ShareGPT52K | -6.08 | -0.37 | +5.71 |
      | Llama-2-7B, Open-Platypus | -6.70 | +0.31 | +7.01 |
      | Llama-2-7B, MetaMathQA | -6.80 | -3.01 | +3.79 |
      | Llama-2-13B, Open-Platypus | -9.33 | +0.45 | +9.78 |
      | TinyLlama-1.1B, Open-Platypus | +0.18 | -0.04 | -0.22 |

      Comparable: the direction, for SAM in the later stage. Not comparable: the paper has one seed, benchmarks and not losses, models 7 to 40,000 times as large, and twice as many
      updates with AdamW as with SAM; its SAM measures the norm of the gradient on each of 16 shards, so that its `rho` of 2 moves the weights by about 8. The numbers are from
      notes on the paper, not from its text.
      """;

  private String again() {
    StringBuilder text =
        new StringBuilder(
            """
            ## Run it again

            | results | cells | seeds | command |
            |---|---|---|---|
            """);
    for (Grid grid : grids.values()) {
      text.append(
          "| [%1$s](results/%1$s.json) | %2$d | %3$d | `%4$s` |\n"
              .formatted(
                  grid.experiment().name(),
                  grid.results().observations().size(),
                  grid.seeds(),
                  grid.experiment().command()));
    }
    text.append(
        """

        `export DIR --format json --out FILE` made the files of results from the output folders; `report FILE` prints any of them.

        ```
        python3 runners/examples/paper/again.py rates-small --cell 58
        ```

        runs one cell again, by its place in the plan, and compares it with the kept row. On the same kind of processor the scores are equal to the last digit; on another the
        last digits of a step differ and grow.
        """);
    return text.toString();
  }

  /** An effect with its interval and verdict, as two cells of a table. */
  private static String judged(Effect effect) {
    @Nullable Interval together =
        effect.conclusion().simultaneous().or(effect::interval).orElse(null);
    return (together == null ? signed(effect.estimate()) : shown(effect.estimate(), together))
        + " | "
        + verdict(effect);
  }

  private static String verdict(Effect effect) {
    return switch (effect.conclusion().verdict()) {
      case EFFECT -> effect.estimate() < 0 ? "**less**" : "**more**";
      case NO_RELEVANT_EFFECT -> "no relevant difference";
      case OPEN -> "open";
      case UNTESTED -> "untested";
      case EXPLORATORY -> "exploratory";
    };
  }

  private static String plain(Effect effect) {
    Optional<Interval> shown =
        effect.conclusion().verdict() == Conclusion.Verdict.EXPLORATORY
            ? effect.interval()
            : effect.conclusion().simultaneous();
    return shown.map(i -> shown(effect.estimate(), i)).orElse(signed(effect.estimate()));
  }

  private static String interval(SeedContrast seeds) {
    if (seeds.n() == 0) {
      return "-";
    }
    Optional<TTest> test = seeds.test();
    return test.map(t -> shown(seeds.mean(), t.interval(CONFIDENCE)))
        .orElse(signed(seeds.mean()) + ", no interval");
  }

  private static String shown(double estimate, Interval interval) {
    return "%s (%s to %s)"
        .formatted(signed(estimate), number(interval.low()), number(interval.high()));
  }

  private static String signed(double value) {
    String text = number(value);
    return text.startsWith("-") ? text : "+" + text;
  }

  private static String number(double value) {
    if (!Double.isFinite(value)) {
      return "-";
    }
    String text = String.format(Locale.ROOT, "%.3f", value);
    return text.equals("-0.000") ? "0.000" : text;
  }

  private static String p(double value) {
    return value < 0.001 ? "< 0.001" : String.format(Locale.ROOT, "%.3f", value);
  }
}
