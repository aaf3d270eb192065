package io.github.palimpsest.tck.checks;

import io.github.palimpsest.tck.Check.Trial;
import io.github.palimpsest.tck.Feature;
import io.github.palimpsest.tck.NotApplicable;
import io.github.palimpsest.tck.rule.Rule;
import java.util.Map;

/** The checks of one kind of component. */
interface KindChecks extends AutoCloseable {
  /** How to try each rule of the kind. */
  Map<Rule, Trial> trials();

  /**
   * Makes a new component, uses it thoroughly, and says what it did: equal for equal components
   * (SPI-03).
   */
  String behaviour();

  /** Tries rule C1: until its declared onset a component might as well not be there. */
  default void absentUntilItsOnset() {
    throw new NotApplicable(Feature.LATE_ONSET);
  }

  @Override
  default void close() {}
}
