package io.github.palimpsest.llm.score;

import io.github.palimpsest.api.data.Example;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * Multiple choice by log-likelihood, as the Language Model Evaluation Harness 0.4.13 measures it:
 * the model's choice is the one whose continuation {@code " " + choice} is most likely; the first
 * of equals.
 *
 * @param acc by the summed log-likelihood
 * @param accNorm by the log-likelihood a character (Unicode code point) of the choice
 * @param accBytes by the log-likelihood a UTF-8 byte of the choice
 * @param logLikelihoods of each choice of each item, in nats
 */
public record ChoiceScores(
    Score acc, Score accNorm, Score accBytes, List<List<Double>> logLikelihoods) {
  /** What stands between the query and a choice. */
  public static final String DELIMITER = " ";

  /**
   * Measures a model.
   *
   * @param task the name that the items' ids begin with
   */
  public static ChoiceScores of(
      LogLikelihoods model, ContinuationEncoder encoder, String task, List<ChoiceItem> items) {
    List<Example> examples = new ArrayList<>();
    for (ChoiceItem item : items) {
      for (String choice : item.choices()) {
        String id = task + "/" + item.number() + "." + examples.size();
        examples.add(encoder.pair(id, item.query(), DELIMITER + choice));
      }
    }
    List<LogLikelihoods.Outcome> outcomes = model.of(examples);
    List<List<Double>> all = new ArrayList<>();
    int next = 0;
    for (ChoiceItem item : items) {
      List<Double> ofItem = new ArrayList<>();
      for (int i = 0; i < item.choices().size(); i++) {
        ofItem.add(-outcomes.get(next++).nats());
      }
      all.add(List.copyOf(ofItem));
    }
    return new ChoiceScores(
        accuracy("acc", task, items, all, c -> 1),
        accuracy("acc_norm", task, items, all, c -> c.codePointCount(0, c.length())),
        accuracy("acc_bytes", task, items, all, c -> c.getBytes(StandardCharsets.UTF_8).length),
        List.copyOf(all));
  }

  private static Score accuracy(
      String measure,
      String task,
      List<ChoiceItem> items,
      List<List<Double>> logLikelihoods,
      ToIntFunction<String> length) {
    double[] right = new double[items.size()];
    for (int i = 0; i < right.length; i++) {
      List<String> choices = items.get(i).choices();
      int best = 0;
      double highest = Double.NEGATIVE_INFINITY;
      for (int c = 0; c < choices.size(); c++) {
        double value = logLikelihoods.get(i).get(c) / length.applyAsInt(choices.get(c));
        if (value > highest) {
          highest = value;
          best = c;
        }
      }
      right[i] = best == items.get(i).gold() ? 1 : 0;
    }
    return Score.mean(
        measure, items.stream().map(item -> task + "/" + item.number()).toList(), right);
  }
}
