package io.github.palimpsest.llm.score;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.measure.ChoiceAnswer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;

/**
 * Multiple choice by log-likelihood, as the Language Model Evaluation Harness 0.4.13 measures it:
 * the model's choice is the one whose continuation {@code " " + choice} is most likely, and the
 * first one if several are equally likely.
 *
 * @param acc by the summed log-likelihood
 * @param accNorm by the log-likelihood per character (Unicode code point) of the choice
 * @param accBytes by the log-likelihood per UTF-8 byte of the choice
 * @param logLikelihoods of each choice of each item, in nats
 */
public record ChoiceScores(
    Score acc, Score accNorm, Score accBytes, List<List<Double>> logLikelihoods) {
  /** The text between the query and a choice. */
  public static final String DELIMITER = " ";

  /**
   * Measures a model.
   *
   * @param task the prefix of the items' ids
   */
  public static ChoiceScores of(
      LogLikelihoods model, ContinuationEncoder encoder, String task, List<ChoiceItem> items) {
    List<List<Double>> all = logLikelihoods(model, encoder, task, items);
    return new ChoiceScores(
        accuracy("acc", task, items, all, c -> 1),
        accuracy("acc_norm", task, items, all, c -> c.codePointCount(0, c.length())),
        accuracy("acc_bytes", task, items, all, c -> c.getBytes(StandardCharsets.UTF_8).length),
        all);
  }

  /**
   * What a model says of questions, for a measure.
   *
   * @param task the name that the items' ids begin with
   */
  public static List<ChoiceAnswer> answers(
      LogLikelihoods model, ContinuationEncoder encoder, String task, List<ChoiceItem> items) {
    List<List<Double>> all = logLikelihoods(model, encoder, task, items);
    return IntStream.range(0, items.size())
        .<ChoiceAnswer>mapToObj(i -> new Answer(id(task, items.get(i)), items.get(i), all.get(i)))
        .toList();
  }

  private record Answer(String item, ChoiceItem question, List<Double> nats)
      implements ChoiceAnswer {
    @Override
    public List<String> choices() {
      return question.choices();
    }

    @Override
    public double logLikelihood(int choice) {
      return nats.get(choice);
    }

    @Override
    public boolean isRight(int choice) {
      return choice == question.gold();
    }
  }

  private static String id(String task, ChoiceItem item) {
    return task + "/" + item.number();
  }

  private static List<List<Double>> logLikelihoods(
      LogLikelihoods model, ContinuationEncoder encoder, String task, List<ChoiceItem> items) {
    List<Example> examples = new ArrayList<>();
    for (ChoiceItem item : items) {
      for (String choice : item.choices()) {
        String id = id(task, item) + "." + examples.size();
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
    return List.copyOf(all);
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
    return Score.mean(measure, items.stream().map(item -> id(task, item)).toList(), right);
  }
}
