package io.github.palimpsest.tck;

/**
 * How a rule was seen to be broken.
 *
 * @param fixture on what
 * @param expected the expected observation
 * @param actual the actual observation
 * @param typicalOf the mistake that gives exactly the actual value, or empty
 */
public record Finding(String fixture, String expected, String actual, String typicalOf) {
  /** A finding that points to no known mistake. */
  public Finding(String fixture, String expected, String actual) {
    this(fixture, expected, actual, "");
  }
}
