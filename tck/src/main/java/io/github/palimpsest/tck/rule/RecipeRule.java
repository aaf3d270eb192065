package io.github.palimpsest.tck.rule;

import static io.github.palimpsest.tck.rule.RuleText.untested;

/**
 * Rules for the text of recipes. They bind the framework and not a single component, so the kit has
 * no checks for them; each rule names the tests instead.
 */
public enum RecipeRule implements Rule {
  /** Parsing a printed recipe gives an equal recipe, and printing that gives the same text. */
  REC_01(
      untested(
          "REC-01",
          "Parsing a printed recipe gives an equal recipe, and printing that gives the same text.",
          "the API reads and prints recipes; RecipeTextTest")),
  /**
   * Text outside the grammar is refused with a message that says what was expected, what was found
   * and where.
   */
  REC_02(
      untested(
          "REC-02",
          "Text outside the grammar is refused with a message that says what was expected, what was"
              + " found and where.",
          "the API reads recipes; RecipeTextTest")),
  /**
   * A number prints as the decimal with the fewest digits that reads back to the same double. From
   * 0.001 to below 10000000 it has no exponent, and -0 prints as 0. A number that is too large, or
   * too small to differ from 0, is refused.
   */
  REC_03(
      untested(
          "REC-03",
          "A number prints as the decimal with the fewest digits that reads back to the same"
              + " double. From 0.001 to below 10000000 it has no exponent, and -0 prints as 0. A"
              + " number that is too large, or too small to differ from 0, is refused.",
          "the API prints numbers; NumberTextTest")),
  /**
   * White space, the order of arguments and empty parentheses have no meaning; arguments print in
   * the order of their keys; a key given twice is refused; values nest at most 64 deep.
   */
  REC_04(
      untested(
          "REC-04",
          "White space, the order of arguments and empty parentheses have no meaning; arguments"
              + " print in the order of their keys; a key given twice is refused; values nest at"
              + " most 64 deep.",
          "the API reads and prints recipes; RecipeTextTest")),
  /**
   * A recipe has exactly one optimizer, at most one adapter and at most one rehearsal; metrics and
   * probes have no place in it (rules {@code seat}, {@code seat-taken}).
   */
  REC_05(
      untested(
          "REC-05",
          "A recipe has exactly one optimizer, at most one adapter and at most one rehearsal;"
              + " metrics and probes have no place in it (rules seat, seat-taken).",
          "the API checks recipes; RecipeTest")),
  /**
   * Mergers, and nothing else, stand after a pipe and act in the written order (rule {@code seat}).
   */
  REC_06(
      untested(
          "REC-06",
          "Mergers, and nothing else, stand after a pipe and act in the written order (rule seat).",
          "the API checks recipes; RecipeTest")),
  /** Regularizers have no order, and each may occur once (rule {@code twice}). */
  REC_07(
      untested(
          "REC-07",
          "Regularizers have no order, and each may occur once (rule twice).",
          "the API checks recipes; RecipeTest")),
  /** Every component that another one requires is in the recipe (rule {@code requires}). */
  REC_08(
      untested(
          "REC-08",
          "Every component that another one requires is in the recipe (rule requires).",
          "the API checks recipes; RecipeTest")),
  /**
   * If either of two components declares a conflict with the other, no recipe contains both, even
   * if one of them is wrapped (rule {@code conflicts}).
   */
  REC_09(
      untested(
          "REC-09",
          "If either of two components declares a conflict with the other, no recipe contains both,"
              + " even if one of them is wrapped (rule conflicts).",
          "the API checks recipes; RecipeTest")),
  /**
   * The canonical text of a recipe names every setting of every component, including defaults and
   * wrapped components. It does not depend on the order around {@code +}, and it leaves out {@code
   * none}.
   */
  REC_10(
      untested(
          "REC-10",
          "The canonical text of a recipe names every setting of every component, including"
              + " defaults and wrapped components. It does not depend on the order around +, and it"
              + " leaves out none.",
          "the API prints recipes; RecipeTest")),
  /**
   * An unknown component, setting, choice or schedule is refused by name, with the nearest known
   * name or all of them.
   */
  REC_11(
      untested(
          "REC-11",
          "An unknown component, setting, choice or schedule is refused by name, with the nearest"
              + " known name or all of them.",
          "the registry resolves names; RecipeTest and SettingsTest"));

  private final RuleText text;

  RecipeRule(RuleText text) {
    this.text = text;
  }

  @Override
  public RuleText text() {
    return text;
  }
}
