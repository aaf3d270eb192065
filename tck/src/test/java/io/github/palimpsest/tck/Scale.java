package io.github.palimpsest.tck;

import io.github.palimpsest.api.measure.AnswerMeasure;
import io.github.palimpsest.api.measure.ChoiceAnswer;
import io.github.palimpsest.api.measure.ChoiceMeasure;
import io.github.palimpsest.api.measure.GeneratedAnswer;
import io.github.palimpsest.api.measure.ItemScore;
import io.github.palimpsest.api.measure.Measure;
import io.github.palimpsest.api.measure.TargetAnswer;
import io.github.palimpsest.api.measure.TargetMeasure;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.function.ToIntFunction;

/**
 * Measures made of functions.
 *
 * @param unit the unit
 * @param higherIsBetter the direction
 * @param best the best score
 * @param sum turns the items into the score of the set
 */
record Scale(
    String unit, boolean higherIsBetter, double best, ToDoubleFunction<List<ItemScore>> sum) {
  /** Shares that are averaged. */
  static final Scale SHARE = new Scale("", true, 1, ItemScore::mean);

  /** Nats that are averaged. */
  static final Scale NATS = new Scale("nats", false, 0, ItemScore::mean);

  /** {@code exp} of an average of nats. */
  static final Scale PERPLEXITY =
      new Scale("perplexity", false, 1, items -> Math.exp(ItemScore.mean(items)));

  Measure targets(Function<TargetAnswer, ItemScore> score) {
    return new OfTargets(this, score);
  }

  Measure choices(Function<ChoiceAnswer, ItemScore> score) {
    return new OfChoices(this, score);
  }

  Measure choices(Function<ChoiceAnswer, ItemScore> score, ToIntFunction<ChoiceAnswer> chosen) {
    return new OfChosen(this, score, chosen);
  }

  Measure answers(Function<GeneratedAnswer, ItemScore> score) {
    return new OfAnswers(this, score);
  }

  private interface Scaled extends Measure {
    Scale scale();

    @Override
    default String unit() {
      return scale().unit();
    }

    @Override
    default boolean higherIsBetter() {
      return scale().higherIsBetter();
    }

    @Override
    default double best() {
      return scale().best();
    }

    @Override
    default double aggregate(List<ItemScore> items) {
      return scale().sum().applyAsDouble(items);
    }
  }

  private record OfTargets(Scale scale, Function<TargetAnswer, ItemScore> formula)
      implements Scaled, TargetMeasure {
    @Override
    public ItemScore score(TargetAnswer answer) {
      return formula.apply(answer);
    }
  }

  private record OfChoices(Scale scale, Function<ChoiceAnswer, ItemScore> formula)
      implements Scaled, ChoiceMeasure {
    @Override
    public ItemScore score(ChoiceAnswer answer) {
      return formula.apply(answer);
    }
  }

  private record OfChosen(
      Scale scale, Function<ChoiceAnswer, ItemScore> formula, ToIntFunction<ChoiceAnswer> choice)
      implements Scaled, ChoiceMeasure {
    @Override
    public ItemScore score(ChoiceAnswer answer) {
      return formula.apply(answer);
    }

    @Override
    public int chosen(ChoiceAnswer answer) {
      return choice.applyAsInt(answer);
    }
  }

  private record OfAnswers(Scale scale, Function<GeneratedAnswer, ItemScore> formula)
      implements Scaled, AnswerMeasure {
    @Override
    public ItemScore score(GeneratedAnswer answer) {
      return formula.apply(answer);
    }
  }
}
