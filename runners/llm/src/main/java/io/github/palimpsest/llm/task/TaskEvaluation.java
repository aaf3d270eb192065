package io.github.palimpsest.llm.task;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.measure.AnswerMeasure;
import io.github.palimpsest.api.measure.ChoiceMeasure;
import io.github.palimpsest.api.measure.ItemScore;
import io.github.palimpsest.api.measure.Measure;
import io.github.palimpsest.api.measure.TargetMeasure;
import io.github.palimpsest.llm.score.ContinuationEncoder;
import io.github.palimpsest.llm.score.LogLikelihoods;
import io.github.palimpsest.llm.score.TooLong;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Asks a model the items of tasks.
 *
 * @param model gives log-likelihoods
 * @param encoder makes tokens of texts
 * @param generation answers prompts
 */
public record TaskEvaluation(
    LogLikelihoods model, ContinuationEncoder encoder, Generation generation) {
  /** Generates greedily. */
  @FunctionalInterface
  public interface Generation {
    /**
     * Answers prompts.
     *
     * @param prompts token ids
     * @param maxNewTokens the most tokens of an answer
     * @param complete tests whether the tokens of an answer are enough; asked after each token
     * @return for each prompt the new tokens up to the end token and without it, or until they are
     *     enough
     */
    List<int[]> of(List<int[]> prompts, int maxNewTokens, Predicate<int[]> complete);
  }

  /** An outcome before it is scored. */
  private record Answered(TaskItem item, ItemOutcome outcome, Function<Measure, ItemScore> score) {}

  /**
   * Evaluates a model on a task. Where context and continuation have more tokens than the model has
   * positions, the beginning of the context is cut off, as the harness does, and the outcome says
   * how much.
   *
   * @param items the task's, at least one
   * @throws PalimpsestException if one of them is {@link #tooLong}
   */
  public TaskResult of(BenchmarkTask task, List<TaskItem> items) {
    List<Answered> answers =
        task.question() instanceof Question.Generation g
            ? generated(task.name(), g, items)
            : likely(items);
    Map<String, List<ItemScore>> scores = new LinkedHashMap<>();
    List<ItemOutcome> outcomes = new ArrayList<>();
    for (Answered a : answers) {
      Map<String, Double> ofItem = new LinkedHashMap<>();
      for (TaskMeasure m : task.measures()) {
        ItemScore score = a.score().apply(m.measure());
        ofItem.put(m.name(), score.score());
        scores.computeIfAbsent(m.name(), name -> new ArrayList<>()).add(score);
      }
      ItemOutcome o = a.outcome();
      outcomes.add(
          new ItemOutcome(
              o.item(),
              o.logLikelihoods(),
              o.greedy(),
              o.chosen(),
              o.cut(),
              o.generated(),
              ofItem));
    }
    return new TaskResult(
        task.name(),
        task.measures().stream()
            .map(m -> scored(m, scores.getOrDefault(m.name(), List.of())))
            .toList(),
        outcomes);
  }

  private static TaskResult.Scored scored(TaskMeasure m, List<ItemScore> items) {
    double value = m.measure().aggregate(items);
    boolean mean = items.stream().allMatch(i -> i.weight() == 1) && value == ItemScore.mean(items);
    double squares = items.stream().mapToDouble(i -> Math.pow(i.score() - value, 2)).sum();
    int n = items.size();
    double error = mean && n > 1 ? Math.sqrt(squares / (n - 1) / n) : Double.NaN;
    return new TaskResult.Scored(m.name(), value, error, m.measure().higherIsBetter());
  }

  private List<Answered> likely(List<TaskItem> items) {
    List<Example> examples = new ArrayList<>();
    List<Integer> ends = new ArrayList<>();
    List<Integer> cuts = new ArrayList<>();
    for (TaskItem item : items) {
      int cut = 0;
      List<TaskItem.Pair> pairs = pairs(item);
      for (int i = 0; i < pairs.size(); i++) {
        ContinuationEncoder.Fitted pair =
            encoder.fitted(
                item.id() + "." + examples.size(),
                pairs.get(i).context(),
                pairs.get(i).continuation());
        if (pair.wanted() > encoder.maxLength()) {
          TooLong found = new TooLong(item.id(), what(item, i), pair.wanted());
          throw new PalimpsestException(
              TooLong.told(List.of(found), items.size(), encoder.maxLength()));
        }
        cut = Math.max(cut, pair.cut());
        examples.add(pair.example());
      }
      if (item instanceof TaskItem.Whole w) {
        examples.addAll(encoder.rolling(w.id(), w.text(), encoder.maxLength()).windows());
      }
      ends.add(examples.size());
      cuts.add(cut);
    }
    List<LogLikelihoods.Outcome> outcomes = model.of(examples);
    List<Answered> answers = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      List<LogLikelihoods.Outcome> own =
          outcomes.subList(i == 0 ? 0 : ends.get(i - 1), ends.get(i));
      answers.add(answered(items.get(i), own, cuts.get(i)));
    }
    return answers;
  }

  /**
   * The items that cannot be asked, since a choice or target alone has more tokens than the model
   * has positions; the harness asserts that there are none. Nothing is scored.
   *
   * @throws PalimpsestException if the longest answer that the task asks for leaves no room for its
   *     prompt
   */
  public List<TooLong> tooLong(BenchmarkTask task, List<TaskItem> items) {
    if (task.question() instanceof Question.Generation g) {
      requireRoom(task.name(), g);
      return List.of();
    }
    List<TooLong> found = new ArrayList<>();
    for (TaskItem item : items) {
      List<TaskItem.Pair> pairs = pairs(item);
      for (int i = 0; i < pairs.size(); i++) {
        OptionalInt tokens = encoder.tooLong(pairs.get(i).context(), pairs.get(i).continuation());
        if (tokens.isPresent()) {
          found.add(new TooLong(item.id(), what(item, i), tokens.getAsInt()));
          break;
        }
      }
    }
    return List.copyOf(found);
  }

  /** The contexts and continuations whose likelihoods are asked for; none of a whole text. */
  private static List<TaskItem.Pair> pairs(TaskItem item) {
    if (item instanceof TaskItem.Choice c) {
      return c.pairs();
    }
    if (item instanceof TaskItem.Completion c) {
      return List.of(c.pair());
    }
    if (item instanceof TaskItem.Whole) {
      return List.of();
    }
    throw new IllegalArgumentException(item.id() + " asks for a generated answer");
  }

  private static String what(TaskItem item, int pair) {
    return item instanceof TaskItem.Choice ? "choice " + pair : "the target";
  }

  private static Answered answered(TaskItem item, List<LogLikelihoods.Outcome> own, int cut) {
    List<Double> likelihoods = own.stream().map(o -> o.logLikelihood(item.id())).toList();
    List<Boolean> greedy = own.stream().map(LogLikelihoods.Outcome::greedy).toList();
    if (item instanceof TaskItem.Choice c) {
      TaskAnswers.Choice answer =
          new TaskAnswers.Choice(c.id(), c.choices(), likelihoods, c.right());
      OptionalInt chosen = OptionalInt.of(ChoiceAccuracy.SUM.chosen(answer));
      return new Answered(
          item,
          new ItemOutcome(item, likelihoods, greedy, chosen, cut, "", Map.of()),
          m -> ((ChoiceMeasure) m).score(answer));
    }
    double nats = own.stream().mapToDouble(LogLikelihoods.Outcome::nats).sum();
    int targets = own.stream().mapToInt(LogLikelihoods.Outcome::targets).sum();
    int right = own.stream().mapToInt(LogLikelihoods.Outcome::right).sum();
    String text =
        item instanceof TaskItem.Completion c
            ? c.pair().continuation()
            : ((TaskItem.Whole) item).counted();
    TaskAnswers.Target answer = new TaskAnswers.Target(item.id(), nats, targets, right, text);
    return new Answered(
        item,
        new ItemOutcome(
            item,
            List.of(-nats),
            List.of(right == targets),
            OptionalInt.empty(),
            cut,
            "",
            Map.of()),
        m -> ((TargetMeasure) m).score(answer));
  }

  /** The tokens of a prompt that fit before the longest answer. */
  private int requireRoom(String task, Question.Generation question) {
    int room = encoder.maxLength() - question.mostTokens();
    if (room < 1) {
      throw new PalimpsestException(
          "'most-tokens' of task '"
              + task
              + "' is "
              + question.mostTokens()
              + ", which leaves no room for a prompt: the model has "
              + encoder.maxLength()
              + " positions");
    }
    return room;
  }

  private List<Answered> generated(
      String task, Question.Generation question, List<TaskItem> items) {
    int room = requireRoom(task, question);
    List<int[]> prompts = new ArrayList<>();
    List<Integer> cuts = new ArrayList<>();
    for (TaskItem item : items) {
      int[] ids = encoder.tokenizer().prompt(((TaskItem.Generation) item).context());
      int cut = Math.max(0, ids.length - room);
      prompts.add(Arrays.copyOfRange(ids, cut, ids.length));
      cuts.add(cut);
    }
    // what follows a stop is cut off, so it is not generated
    Predicate<int[]> stopped =
        ids -> {
          String text = encoder.tokenizer().decode(ids);
          return question.stops().stream().anyMatch(text::contains);
        };
    List<int[]> tokens = generation.of(prompts, question.mostTokens(), stopped);
    List<Answered> answers = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      TaskItem.Generation item = (TaskItem.Generation) items.get(i);
      String text = cut(encoder.tokenizer().decode(tokens.get(i)), question.stops());
      TaskAnswers.Given given = new TaskAnswers.Given(item.id(), text, item.expected());
      answers.add(
          new Answered(
              item,
              new ItemOutcome(
                  item, List.of(), List.of(), OptionalInt.empty(), cuts.get(i), text, Map.of()),
              m -> ((AnswerMeasure) m).score(given)));
    }
    return answers;
  }

  /** The text before the first stop. */
  private static String cut(String text, List<String> stops) {
    String kept = text;
    for (String stop : stops) {
      int at = kept.indexOf(stop);
      kept = at < 0 ? kept : kept.substring(0, at);
    }
    return kept;
  }
}
