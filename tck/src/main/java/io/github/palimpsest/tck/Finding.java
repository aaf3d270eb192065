package io.github.palimpsest.tck;

/**
 * The observation that shows a broken rule.
 *
 * @param fixture the tested case
 * @param expected the expected observation
 * @param actual the actual observation
 * @param typicalOf the mistake that gives exactly the actual value, or empty
 */
public record Finding(String fixture, String expected, String actual, String typicalOf) {
  /** A finding without a known mistake. */
  public Finding(String fixture, String expected, String actual) {
    this(fixture, expected, actual, "");
  }
}
