package io.github.palimpsest.tck;

import static io.github.palimpsest.tck.RuleText.untested;

/** Rules for models. */
public enum ModelRule implements Rule {
  /**
   * Parameter names are unique, initial weights have exactly their names and shapes and are a
   * function of the generator.
   */
  MOD_01(
      untested(
          "MOD-01",
          "Parameter names are unique, initial weights have exactly their names and shapes and are a function of the generator.",
          "a model is no plugin, so the kit is handed none; the tests of the runner that brings it hold this")),
  /** A batch has an array for each declared input, of its type and of a shape that fits. */
  MOD_02(
      untested(
          "MOD-02",
          "A batch has an array for each declared input, of its type and of a shape that fits.",
          "a model is no plugin, so the kit is handed none; the tests of the runner that brings it hold this")),
  /**
   * A forward pass has no side effects: built twice in one graph at the same weights it gives the
   * same bits, and it makes no variable.
   */
  MOD_03(
      untested(
          "MOD-03",
          "A forward pass has no side effects: built twice in one graph at the same weights it gives the same bits, and it makes no variable.",
          "a model is no plugin, so the kit is handed none; the tests of the runner that brings it hold this")),
  /**
   * Loss and weight have one finite value for each example, and an example's do not depend on the
   * others in its batch.
   */
  MOD_04(
      untested(
          "MOD-04",
          "Loss and weight have one finite value for each example, and an example's do not depend on the others in its batch.",
          "a model is no plugin, so the kit is handed none; the tests of the runner that brings it hold this"));

  private final RuleText text;

  ModelRule(RuleText text) {
    this.text = text;
  }

  @Override
  public RuleText text() {
    return text;
  }
}
