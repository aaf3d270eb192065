package io.github.palimpsest.tck.checks;

import io.github.palimpsest.tck.Check.Trial;
import io.github.palimpsest.tck.Feature;
import io.github.palimpsest.tck.NotApplicable;
import io.github.palimpsest.tck.rule.Rule;
import java.util.Map;

/** The checks of one kind of component. */
interface KindChecks extends AutoCloseable {
  /** The trial of each rule of the kind. */
  Map<Rule, Trial> trials();

  /**
   * Makes a new component, uses it thoroughly, and describes its behaviour: equal for equal
   * components (SPI-03).
   */
  String behaviour();

  /** Tries rule SPI-11: until its declared onset a component has no effect. */
  default void absentUntilItsOnset() {
    throw new NotApplicable(Feature.LATE_ONSET);
  }

  @Override
  default void close() {}
}
