package io.github.palimpsest.tck.rule;

import static io.github.palimpsest.tck.rule.RuleText.must;

/** Rules for model families. */
public enum FamilyRule implements Rule {
  /**
   * A family has a model_type of its own and reads its own example, a model of two or more layers
   * and at most 100,000 parameters; every key in it is read or known to have no effect.
   */
  FAM_01(
      must(
          "FAM-01",
          "A family has a model_type of its own and reads its own example, a model of two or more"
              + " layers and at most 100,000 parameters; every key in it is read or known to have"
              + " no effect.",
          "modelType() of the provider, example(), and the keys that read asks for")),
  /**
   * A configuration that a family writes names a class of transformers, and reading it gives an
   * equal description.
   */
  FAM_02(
      must(
          "FAM-02",
          "A configuration that a family writes names a class of transformers, and reading it gives"
              + " an equal description.",
          "write: a key for everything that read takes from the file")),
  /**
   * Every key that a family reads has an effect: with another value the description differs, or the
   * value is refused.
   */
  FAM_03(
      must(
          "FAM-03",
          "Every key that a family reads has an effect: with another value the description differs,"
              + " or the value is refused.",
          "read: a key that is asked for and dropped; ignore(...) says that a key has no effect")),
  /** A key that is missing, or has a value of another type, is refused by name or has a default. */
  FAM_04(
      must(
          "FAM-04",
          "A key that is missing, or has a value of another type, is refused by name or has a"
              + " default.",
          "read: numbers computed from keys that may be missing; refusal(key, why) names the key")),
  /** The names of a model's tensors are unique. */
  FAM_05(
      must(
          "FAM-05",
          "The names of a model's tensors are unique.",
          "TensorNames: two parts with one name")),
  /**
   * The model that the example describes keeps the rules for models, predicts a token from those
   * before it alone, and has a gradient for every parameter.
   */
  FAM_06(
      must(
          "FAM-06",
          "The model that the example describes keeps the rules for models, predicts a token from"
              + " those before it alone, and has a gradient for every parameter.",
          "the parts of the description; if they are right, the host computes one of them"
              + " wrongly"));

  private final RuleText text;

  FamilyRule(RuleText text) {
    this.text = text;
  }

  @Override
  public RuleText text() {
    return text;
  }
}
