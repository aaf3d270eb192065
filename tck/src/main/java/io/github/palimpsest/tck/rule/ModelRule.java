package io.github.palimpsest.tck.rule;

import static io.github.palimpsest.tck.rule.RuleText.must;

/** Rules for models. */
public enum ModelRule implements Rule {
  /**
   * Parameter names are unique, initial weights have exactly their names and shapes, and they are a
   * function of the generator.
   */
  MOD_01(
      must(
          "MOD-01",
          "Parameter names are unique, initial weights have exactly their names and shapes, and they are a function of the generator.",
          "parameters() and initialWeights: every draw from the generator handed in, in a fixed order")),
  /** A batch has an array for each declared input, of its type and of a shape that fits. */
  MOD_02(
      must(
          "MOD-02",
          "A batch has an array for each declared input, of its type and of a shape that fits.",
          "inputs(): names, types and shapes of what batch makes; the first dimension is the example")),
  /**
   * A forward pass has no side effects: built twice in one graph at the same weights it gives the
   * same bits, and it creates no variable.
   */
  MOD_03(
      must(
          "MOD-03",
          "A forward pass has no side effects: built twice in one graph at the same weights it gives the same bits, and it creates no variable.",
          "variables, assignments and random operations in forward")),
  /**
   * Loss and weight have one finite value for each example, and those of an example do not depend
   * on the others in its batch.
   */
  MOD_04(
      must(
          "MOD-04",
          "Loss and weight have one finite value for each example, and those of an example do not depend on the others in its batch.",
          "padding that counts, or a mean over the batch where a value for each example is due")),
  /**
   * A model that takes rows before its input depends on each of them, and gives losses, weights and
   * logits of the input alone.
   */
  MOD_05(
      must(
          "MOD-05",
          "A model that takes rows before its input depends on each of them, and gives losses, weights and logits of the input alone.",
          "Weights.rowsBefore where the input is looked up; predictions at the places of the rows"));

  private final RuleText text;

  ModelRule(RuleText text) {
    this.text = text;
  }

  @Override
  public RuleText text() {
    return text;
  }
}
