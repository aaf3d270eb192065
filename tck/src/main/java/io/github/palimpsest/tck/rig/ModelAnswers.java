package io.github.palimpsest.tck.rig;

import io.github.palimpsest.api.measure.AnswerMeasure;
import io.github.palimpsest.api.measure.ChoiceAnswer;
import io.github.palimpsest.api.measure.ChoiceMeasure;
import io.github.palimpsest.api.measure.GeneratedAnswer;
import io.github.palimpsest.api.measure.ItemScore;
import io.github.palimpsest.api.measure.Measure;
import io.github.palimpsest.api.measure.TargetAnswer;
import io.github.palimpsest.api.measure.TargetMeasure;
import io.github.palimpsest.tck.BrokenRule;
import io.github.palimpsest.tck.Finding;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** Answers of a model that does not exist, from bad to perfect, for each kind of measure. */
public final class ModelAnswers {
  /** The number of items in each set. */
  public static final int ITEMS = 6;

  /** Texts whose targets are scored; the last covers no text, as a bare end token does. */
  private static final List<String> TEXTS =
      List.of(
          "one fish two fish",
          "red fish",
          "Füße und Äpfel",
          "a",
          "the end of the line.\n\nEnd",
          "");

  private static final int[] TARGETS = {5, 2, 6, 1, 8, 1};

  private static final List<List<String>> CHOICES =
      List.of(
          List.of("yes", "no"),
          List.of("a cat", "a much longer answer than the other", "dog"),
          List.of("Äpfel", "Birnen", "Kirschen", "Pflaumen"),
          List.of("A", "B", "C", "D", "E"),
          List.of("true", "false", "true and false"),
          List.of("0", "1"));

  /** The right choices; the second-last item has two, as in some data. */
  private static final List<List<Integer>> RIGHT =
      List.of(List.of(1), List.of(0), List.of(3), List.of(2), List.of(0, 2), List.of(1));

  /** Words, a number at the end, and a form that graders of arithmetic look for. */
  private static final List<List<String>> EXPECTED =
      List.of(
          List.of("twice two is #### 4"),
          List.of("the train takes 3 hours #### 3", "three hours #### 3"),
          List.of("#### 1250"),
          List.of("Straße number #### 17"),
          List.of("half of a dozen #### 6"),
          List.of("minus one #### -1"));

  private ModelAnswers() {}

  /** The quality of the answers, from worst to best. */
  public enum Quality {
    /** Unlikely targets, wrong choices, unrelated text. */
    BAD("bad", 3, -9, -2),
    /** Something in between. */
    FAIR("fair", 1, -3, -4),
    /** Nothing could be better. */
    PERFECT("perfect", 0, 0, -1000);

    private final String words;
    private final double nats;
    private final double right;
    private final double wrong;

    Quality(String words, double nats, double right, double wrong) {
      this.words = words;
      this.nats = nats;
      this.right = right;
      this.wrong = wrong;
    }

    /** The quality in words. */
    public String words() {
      return words;
    }
  }

  private record Targets(String item, double nats, int targets, int right, String text)
      implements TargetAnswer {
    @Override
    public long bytes() {
      return text.getBytes(StandardCharsets.UTF_8).length;
    }
  }

  private record Choice(String item, int number, Quality quality) implements ChoiceAnswer {
    @Override
    public List<String> choices() {
      return CHOICES.get(number);
    }

    @Override
    public double logLikelihood(int choice) {
      // longer choices are less likely, and no two are equal
      double own = isRight(choice) ? quality.right : quality.wrong - 0.01 * choice;
      return own == 0 ? 0 : own * (1 + 0.001 * choices().get(choice).length());
    }

    @Override
    public boolean isRight(int choice) {
      return RIGHT.get(number).contains(choice);
    }
  }

  /** How the likelihoods of choices are made. */
  private enum Lean {
    CERTAIN("the model is certain of choice ") {
      @Override
      double logLikelihood(boolean favourite, int choice, int length) {
        return favourite ? 0 : -1000 - choice;
      }
    },
    BY_SUM("the likeliest by its sum is choice ") {
      @Override
      double logLikelihood(boolean favourite, int choice, int length) {
        return favourite ? -1 : -2 - 0.01 * choice;
      }
    },
    BY_LENGTH("the likeliest by its length is choice ") {
      @Override
      double logLikelihood(boolean favourite, int choice, int length) {
        return length * (favourite ? -0.16 : -0.2 - 0.001 * choice);
      }
    };

    private final String words;

    Lean(String words) {
      this.words = words;
    }

    abstract double logLikelihood(boolean favourite, int choice, int length);
  }

  private record Leant(String item, int number, int favourite, Lean lean) implements ChoiceAnswer {
    @Override
    public List<String> choices() {
      return CHOICES.get(number);
    }

    @Override
    public double logLikelihood(int choice) {
      return lean.logLikelihood(choice == favourite, choice, choices().get(choice).length());
    }

    @Override
    public boolean isRight(int choice) {
      return RIGHT.get(number).contains(choice);
    }
  }

  /**
   * An answer that favours one choice, right or wrong.
   *
   * @param words the item and how it is favoured
   * @param answer the answer
   * @param bad a bad answer to the same question
   * @param perfect a perfect one
   * @param certain the choice that the model is certain of; empty if it is not certain
   */
  public record Favoured(
      String words,
      ChoiceAnswer answer,
      ChoiceAnswer bad,
      ChoiceAnswer perfect,
      OptionalInt certain) {}

  /**
   * Answers that favour each choice of each question, by its log-likelihood or by its length, so
   * that measures that weigh choices in different ways choose different ones.
   */
  public static List<Favoured> favoured() {
    List<Favoured> all = new ArrayList<>();
    for (int i = 0; i < ITEMS; i++) {
      String item = "kit/" + i;
      for (Lean lean : Lean.values()) {
        for (int c = 0; c < CHOICES.get(i).size(); c++) {
          all.add(
              new Favoured(
                  "item " + i + ", " + lean.words + c,
                  new Leant(item, i, c, lean),
                  new Choice(item, i, Quality.BAD),
                  new Choice(item, i, Quality.PERFECT),
                  lean == Lean.CERTAIN ? OptionalInt.of(c) : OptionalInt.empty()));
        }
      }
    }
    return all;
  }

  private record Generated(String item, String text, List<String> expected)
      implements GeneratedAnswer {}

  /** The score of each item, asked in order. */
  public static List<ItemScore> scores(Measure measure, Quality quality) {
    return IntStream.range(0, ITEMS).mapToObj(i -> score(measure, quality, i)).toList();
  }

  /** The score of each item, in order, asked from the last to the first. */
  public static List<ItemScore> scoresBackwards(Measure measure, Quality quality) {
    List<ItemScore> scores = new ArrayList<>();
    for (int i = ITEMS - 1; i >= 0; i--) {
      scores.add(score(measure, quality, i));
    }
    Collections.reverse(scores);
    return List.copyOf(scores);
  }

  private static ItemScore score(Measure measure, Quality quality, int i) {
    String item = "kit/" + i;
    if (measure instanceof TargetMeasure targets) {
      int right = (int) Math.round(TARGETS[i] * (3 - quality.nats) / 3);
      return targets.score(
          new Targets(
              item, TARGETS[i] * quality.nats * (1 + i / 8.0), TARGETS[i], right, TEXTS.get(i)));
    }
    if (measure instanceof ChoiceMeasure choices) {
      return choices.score(new Choice(item, i, quality));
    }
    if (measure instanceof AnswerMeasure answers) {
      List<String> own = answers.samples();
      List<String> expected = own.isEmpty() ? EXPECTED.get(i) : List.of(own.get(i % own.size()));
      return answers.score(new Generated(item, text(quality, expected.get(0), i), expected));
    }
    throw new BrokenRule(
        new Finding(
            "the measure's class",
            "one of TargetMeasure, ChoiceMeasure and AnswerMeasure",
            "none of them, so the kit cannot ask the model"));
  }

  private static String text(Quality quality, String expected, int i) {
    return switch (quality) {
      case BAD -> i == 0 ? "" : "~";
      case FAIR -> i % 2 == 0 ? expected : "~";
      case PERFECT -> expected;
    };
  }
}
