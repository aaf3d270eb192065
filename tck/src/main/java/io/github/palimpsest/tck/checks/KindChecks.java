package io.github.palimpsest.tck.checks;

import io.github.palimpsest.tck.Check.Trial;
import io.github.palimpsest.tck.Rule;
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

  @Override
  default void close() {}
}
