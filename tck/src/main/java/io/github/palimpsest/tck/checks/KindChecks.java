package io.github.palimpsest.tck.checks;

import io.github.palimpsest.tck.Check.Trial;
import io.github.palimpsest.tck.Feature;
import io.github.palimpsest.tck.NotApplicable;
import io.github.palimpsest.tck.rule.Rule;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The checks of one kind of component. */
interface KindChecks extends AutoCloseable {
  /** The trial of each rule of the kind. */
  Map<Rule, Trial> trials();

  /**
   * Makes a new component, uses it thoroughly, and describes its behaviour: equal for equal
   * components (SPI-03).
   */
  String behaviour();

  /**
   * Texts that follow from the settings, the cheapest first: equal for components that do the same
   * (SPI-12). A graph is built and not run where that is enough.
   */
  default List<Supplier<String>> effects() {
    return List.of(this::behaviour);
  }

  /** Tries rule SPI-11: until its declared onset a component has no effect. */
  default void absentUntilItsOnset() {
    throw new NotApplicable(Feature.LATE_ONSET);
  }

  @Override
  default void close() {}
}
