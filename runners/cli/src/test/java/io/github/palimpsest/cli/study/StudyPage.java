package io.github.palimpsest.cli.study;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The page of the study: an answer to each question of its design, with the tables and figures that
 * it rests on. Every number and every verdict is computed from the results that are kept.
 */
final class StudyPage {
  private final Study study;
  private final String reading;

  /**
   * A page.
   *
   * @param study the kept results
   * @param reading what the authors make of the answers, in Markdown
   */
  StudyPage(Study study, String reading) {
    this.study = study;
    this.reading = reading;
  }

  /** The page in Markdown. */
  String text() {
    StudyTables tables = new StudyTables(study);
    List<String> parts = new ArrayList<>();
    parts.add(head());
    parts.add(new StudyAnswers(study).answers());
    parts.add(tables.rates());
    parts.add(tables.where());
    parts.add(tables.equalRates());
    parts.add(tables.learnedLess());
    parts.add(tables.compute());
    parts.add(tables.whichSharpness());
    parts.add(tables.adds());
    parts.add(tables.sharpness());
    parts.add(reading);
    parts.add(PAPER);
    parts.add(again());
    return parts.stream().filter(p -> !p.isEmpty()).collect(Collectors.joining("\n"));
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
            study.primary().stream()
                .map(Grid::seeds)
                .distinct()
                .map(String::valueOf)
                .collect(Collectors.joining(" or ")));
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

      Comparable: the direction, for SAM in the later stage. Not comparable: the paper has one seed, benchmarks and not losses, models 8 to 50,000 times as large, and twice as many
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
    for (Grid grid : study.all()) {
      text.append(
          "| [%1$s](results/%1$s.json) | %2$d | %3$d | `%4$s` |\n"
              .formatted(
                  grid.experiment().name(),
                  grid.cells().size(),
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
        last digits of a step differ and grow. All runs were made on two cores, so that each of the two workers had one thread for an operation, and `again.py` asks for one. Where several
        threads share an operation, the sums of a model of more than a million parameters can be rounded differently.
        """);
    return text.toString();
  }
}
