package io.github.palimpsest.tck.checks;

import io.github.palimpsest.tck.BrokenRule;
import io.github.palimpsest.tck.Finding;
import java.util.function.Supplier;

/** Ends a check with a finding if an expectation is not met. */
final class Expect {
  private Expect() {}

  static void that(boolean holds, Supplier<Finding> otherwise) {
    if (!holds) {
      throw new BrokenRule(otherwise.get());
    }
  }

  /** For parts of a component that may throw: the exception becomes a finding, in words. */
  static <T> T given(String fixture, String expected, Supplier<T> part) {
    try {
      return part.get();
    } catch (BrokenRule e) {
      throw e;
    } catch (RuntimeException | LinkageError e) {
      throw new BrokenRule(new Finding(fixture, expected, "it throws "), e);
    }
  }
}
