package io.github.palimpsest.api.component;

import io.github.palimpsest.api.Stable;
import io.github.palimpsest.api.recipe.Value;
import java.util.List;

/**
 * The values that a {@link Setting} accepts, as a program reads them; {@link Setting#range} says
 * the same in words. A bound of {@code Double.MAX_VALUE}, or of an {@code int}'s largest value,
 * stands for no bound, and so do their negatives.
 */
@Stable(since = "0.2")
public sealed interface AllowedValues {
  /** Real numbers from {@code least} to {@code most}, both included. */
  record Numbers(double least, double most) implements AllowedValues {}

  /** Whole numbers from {@code least} to {@code most}, both included. */
  record WholeNumbers(int least, int most) implements AllowedValues {}

  /**
   * Real numbers, and schedules whose peak and end are such numbers ({@link
   * io.github.palimpsest.api.recipe.Schedules}).
   */
  record NumbersOrSchedules(double least, double most) implements AllowedValues {}

  /** The listed words: those of a choice, or {@code true} and {@code false}. */
  record Words(List<Value> values) implements AllowedValues {
    /** Copies the list. */
    public Words {
      values = List.copyOf(values);
    }
  }

  /** Quoted text. */
  record Texts() implements AllowedValues {}

  /** Quoted regular expressions. */
  record Patterns() implements AllowedValues {}

  /** Components of a kind. */
  record Components(Kind kind) implements AllowedValues {}
}
