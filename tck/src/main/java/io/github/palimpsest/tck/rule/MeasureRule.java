package io.github.palimpsest.tck.rule;

import static io.github.palimpsest.tck.rule.RuleText.must;

/** Rules for measures. */
public enum MeasureRule implements Rule {
  /**
   * A measure is a pure function of the answers: asked again, and in another order, it gives each
   * item the same score.
   */
  MEA_01(
      must(
          "MEA-01",
          "A measure is a pure function of the answers: asked again, and in another order, it gives"
              + " each item the same score.",
          "state kept between calls of score, or a random source")),
  /** The aggregate does not depend on the order of the items. */
  MEA_02(
      must(
          "MEA-02",
          "The aggregate does not depend on the order of the items.",
          "aggregate: weights by place, or the last item taken for all")),
  /** A better answer never gives a worse score, of the item or of the set. */
  MEA_03(
      must(
          "MEA-03",
          "A better answer never gives a worse score, of the item or of the set.",
          "higherIsBetter, or a sign")),
  /**
   * Perfect answers give exactly the score that is declared as the best, and bad ones a worse one.
   */
  MEA_04(
      must(
          "MEA-04",
          "Perfect answers give exactly the score that the measure declares as the best, and bad ones"
              + " a worse one.",
          "best(): 1 for a share, 0 for nats, 1 for a perplexity; or a measure that expects texts"
              + " of another form, see AnswerMeasure.samples")),
  /** Finite answers give finite scores, weights and aggregates, even if an item has no text. */
  MEA_05(
      must(
          "MEA-05",
          "Finite answers give finite scores, weights and aggregates, even if an item has no"
              + " text.",
          "a division by bytes, words or expected tokens, of which an item may have none: give it"
              + " the weight 0")),
  /** A set that holds every item twice has the score of the set that holds each once. */
  MEA_06(
      must(
          "MEA-06",
          "A set that holds every item twice has the score of the set that holds each once.",
          "aggregate: a sum where a mean is meant")),
  /** Scores without a unit are shares: from 0 to 1. */
  MEA_07(
      must(
          "MEA-07",
          "Scores without a unit are shares: from 0 to 1.",
          "unit(): 'percent' or the like for other scores")),
  /**
   * The chosen choice is one of the item's: the one that the model is certain of, and a right one
   * if the item has the score of perfect answers.
   */
  MEA_08(
      must(
          "MEA-08",
          "The chosen choice is one of the item's: the one that the model is certain of, and a right"
              + " one if the item has the score of perfect answers.",
          "chosen(): by default the likeliest choice; override it if score weighs choices in"
              + " another way, for example by their lengths"));

  private final RuleText text;

  MeasureRule(RuleText text) {
    this.text = text;
  }

  @Override
  public RuleText text() {
    return text;
  }
}
