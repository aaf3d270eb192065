package io.github.palimpsest.llm.task;

import io.github.palimpsest.api.measure.AnswerMeasure;
import io.github.palimpsest.api.measure.ChoiceMeasure;
import io.github.palimpsest.api.measure.Measure;
import io.github.palimpsest.api.measure.TargetMeasure;
import java.util.Map;
import java.util.TreeMap;

/** The measures with the harness's names. */
public final class TaskMeasures {
  private static final Map<String, Measure> OF_CHOICES =
      new TreeMap<>(
          Map.of(
              "acc", ChoiceAccuracy.SUM,
              "acc_norm", ChoiceAccuracy.CHARACTERS,
              "acc_bytes", ChoiceAccuracy.BYTES,
              "right_mass", new RightMass()));
  private static final Map<String, Measure> OF_COMPLETIONS =
      new TreeMap<>(Map.of("acc", new AllTargetsRight(), "perplexity", Perplexity.ITEM));
  private static final Map<String, Measure> OF_WHOLE_TEXTS =
      new TreeMap<>(
          Map.of(
              "word_perplexity", Perplexity.WORD,
              "byte_perplexity", Perplexity.BYTE,
              "token_perplexity", Perplexity.TOKEN,
              "bits_per_byte", new BitsPerByte()));

  private TaskMeasures() {}

  /** The named measures that fit a question; those of generated answers are not named here. */
  public static Map<String, Measure> of(Question question) {
    if (question instanceof Question.Choice || question instanceof Question.Contexts) {
      return OF_CHOICES;
    }
    if (question instanceof Question.Completion) {
      return OF_COMPLETIONS;
    }
    return question instanceof Question.Whole ? OF_WHOLE_TEXTS : Map.of();
  }

  /** The kind of measure that a question needs. */
  public static Class<? extends Measure> kind(Question question) {
    if (question instanceof Question.Generation) {
      return AnswerMeasure.class;
    }
    return question instanceof Question.Choice || question instanceof Question.Contexts
        ? ChoiceMeasure.class
        : TargetMeasure.class;
  }
}
