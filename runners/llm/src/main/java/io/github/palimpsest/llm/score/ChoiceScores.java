package io.github.palimpsest.llm.score;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.measure.ChoiceAnswer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
   * Questions as a model is given them.
   *
   * @param task the prefix of the items' ids
   * @param items the questions
   * @param examples one for each choice of each question
   * @param cut the number of questions whose beginning was cut off
   */
  public record Encoded(String task, List<ChoiceItem> items, List<Example> examples, int cut) {
    /** Copies the lists. */
    public Encoded {
      items = List.copyOf(items);
      examples = List.copyOf(examples);
    }
  }

  /**
   * Encodes questions. The beginning of a question that is too long is cut off.
   *
   * @param task the prefix of the items' ids
   * @throws TooLongException if a choice alone has more tokens than the model is given; names the
   *     record and the lengths
   */
  public static Encoded encoded(ContinuationEncoder encoder, String task, List<ChoiceItem> items) {
    List<Example> examples = new ArrayList<>();
    List<TooLong> tooLong = new ArrayList<>();
    int cut = 0;
    for (ChoiceItem item : items) {
      boolean shortened = false;
      Optional<TooLong> longer = Optional.empty();
      for (int i = 0; i < item.choices().size(); i++) {
        ContinuationEncoder.Fitted pair =
            encoder.fitted(
                id(task, item) + "." + examples.size(),
                item.query(),
                DELIMITER + item.choices().get(i));
        examples.add(pair.example());
        shortened |= pair.cut() > 0;
        if (longer.isEmpty() && pair.wanted() > encoder.maxLength()) {
          longer = Optional.of(new TooLong(item.origin(), "choice " + i, pair.wanted()));
        }
      }
      cut += shortened ? 1 : 0;
      longer.ifPresent(tooLong::add);
    }
    if (!tooLong.isEmpty()) {
      throw new TooLongException(TooLong.told(tooLong, items.size(), encoder.maxLength()));
    }
    return new Encoded(task, items, examples, cut);
  }

  /** Measures a model. */
  public static ChoiceScores of(LogLikelihoods model, Encoded questions) {
    List<List<Double>> all = logLikelihoods(model, questions);
    return new ChoiceScores(
        accuracy("acc", questions, all, c -> 1),
        accuracy("acc_norm", questions, all, c -> c.codePointCount(0, c.length())),
        accuracy("acc_bytes", questions, all, c -> c.getBytes(StandardCharsets.UTF_8).length),
        all);
  }

  /** What a model says of questions, for a measure. */
  public static List<ChoiceAnswer> answers(LogLikelihoods model, Encoded questions) {
    List<List<Double>> all = logLikelihoods(model, questions);
    List<ChoiceItem> items = questions.items();
    return IntStream.range(0, items.size())
        .<ChoiceAnswer>mapToObj(
            i -> new Answer(id(questions.task(), items.get(i)), items.get(i), all.get(i)))
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

  private static List<List<Double>> logLikelihoods(LogLikelihoods model, Encoded questions) {
    List<LogLikelihoods.Outcome> outcomes = model.of(questions.examples());
    List<List<Double>> all = new ArrayList<>();
    int next = 0;
    for (ChoiceItem item : questions.items()) {
      List<Double> ofItem = new ArrayList<>();
      for (int i = 0; i < item.choices().size(); i++) {
        ofItem.add(outcomes.get(next++).logLikelihood(id(questions.task(), item)));
      }
      all.add(List.copyOf(ofItem));
    }
    return List.copyOf(all);
  }

  private static Score accuracy(
      String measure,
      Encoded questions,
      List<List<Double>> logLikelihoods,
      ToIntFunction<String> length) {
    List<ChoiceItem> items = questions.items();
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
        measure, items.stream().map(item -> id(questions.task(), item)).toList(), right);
  }
}
