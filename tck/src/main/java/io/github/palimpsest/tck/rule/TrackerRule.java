package io.github.palimpsest.tck.rule;

import static io.github.palimpsest.tck.rule.RuleText.must;

/** Rules for trackers. */
public enum TrackerRule implements Rule {
  /** After show, the target has every number of every cell that has begun, at its step, once. */
  TRK_01(
      must(
          "TRK-01",
          "After show, the target has every number of every cell that has begun, at its step,"
              + " once.",
          "a series that comes in several parts, or numbers kept in a buffer until close")),
  /**
   * Showing the same numbers again adds nothing, even if another tracker with the same target shows
   * them.
   */
  TRK_02(
      must(
          "TRK-02",
          "Showing the same numbers again adds nothing, even if another tracker with the same"
              + " target shows them.",
          "what is shown already: note the last step of each series, and read it from the target in"
              + " a new process, or write all of it again")),
  /** After a failure the next show adds the missing numbers, and shows nothing twice. */
  TRK_03(
      must(
          "TRK-03",
          "After a failure the next show adds the missing numbers, and shows nothing twice.",
          "numbers noted as shown before the target has them, or all sent again")),
  /** Names of any characters lose no number, neither their own nor those shown along with them. */
  TRK_04(
      must(
          "TRK-04",
          "Names of any characters lose no number, neither their own nor those shown along with"
              + " them.",
          "names of series, tasks and experiments that become file names, keys or separators: two"
              + " of them must stay two")),
  /**
   * A tracker can be closed without having shown anything, and closing leaves no file open;
   * creating one does not touch its target.
   */
  TRK_05(
      must(
          "TRK-05",
          "A tracker can be closed without having shown anything, and closing leaves no file open;"
              + " creating one does not touch its target.",
          "close before open, and work in the constructor that belongs into open"));

  private final RuleText text;

  TrackerRule(RuleText text) {
    this.text = text;
  }

  @Override
  public RuleText text() {
    return text;
  }
}
