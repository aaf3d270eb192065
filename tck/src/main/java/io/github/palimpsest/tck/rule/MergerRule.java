package io.github.palimpsest.tck.rule;

import static io.github.palimpsest.tck.rule.RuleText.must;

/** Rules for weight mergers. */
public enum MergerRule implements Rule {
  /**
   * Merged weights have the names and shapes of the model and are finite, also where training
   * changed nothing, and the inputs are unchanged.
   */
  PPW_01(
      must(
          "PPW-01",
          "Merged weights have the names and shapes of the model and are finite, also where"
              + " training changed nothing, and the inputs are unchanged.",
          "arrays that are written in place; tensors that are left out")),
  /**
   * alpha 0 gives the earlier weights and 1 the later ones, bit for bit; between them each weight
   * is on the straight line.
   */
  PPW_02(
      must(
          "PPW-02",
          "alpha 0 gives the earlier weights and 1 the later ones, bit for bit;"
              + " between them each weight is (1 - alpha) times the earlier plus alpha times the"
              + " later.",
          "the order of the two ends; (1 - alpha) a + alpha b, exact at both")),
  /** Reading a tensor again gives the same values. */
  PPW_03(
      must(
          "PPW-03",
          "Reading a tensor again gives the same values.",
          "values that are computed again from something that has changed")),
  /** If some weights lack a tensor that others have, an error names the tensor. */
  PPW_04(
      must(
              "PPW-04",
              "If some weights lack a tensor that others have, an error names the tensor.",
              "a loop over one side's names; compare the sets of names first")
          .formerly("W1")),
  /** What a merger has merged before is irrelevant. */
  PPW_05(
      must(
          "PPW-05",
          "What a merger has merged before is irrelevant: it gives what a fresh object gives.",
          "fields that change: they are in no checkpoint")),
  /** A merger reads the weights after earlier tasks only if its provider says that it does. */
  PPW_06(
      must(
          "PPW-06",
          "A merger reads the weights after earlier tasks only if its provider says that it does.",
          "WeightHistory.after, and the capability ReadsHistory of the provider"));

  private final RuleText text;

  MergerRule(RuleText text) {
    this.text = text;
  }

  @Override
  public RuleText text() {
    return text;
  }
}
