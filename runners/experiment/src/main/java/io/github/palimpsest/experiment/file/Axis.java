package io.github.palimpsest.experiment.file;

import io.github.palimpsest.api.component.Kind;
import io.github.palimpsest.api.recipe.RecipeText;
import java.util.List;
import java.util.Optional;

/**
 * One factor of an experiment and its written levels.
 *
 * @param name {@code optimizer}, {@code adapter}, {@code regularizer}, {@code rehearsal}, {@code
 *     merger}, or {@code strategy} for levels of any kind
 * @param levels in the order of the file; {@code none} is a level like any other
 * @param sweeps settings that take several values over the levels
 * @param place the place of the axis in the experiment file
 */
public record Axis(String name, List<Level> levels, List<Sweep> sweeps, Place place) {
  /** The axis whose levels may be of any kind; each takes the place of its kind. */
  static final String MIXED = "strategy";

  /** The word for a level that adds nothing. */
  public static final String NONE = "none";

  /** Copies the lists. */
  public Axis {
    levels = List.copyOf(levels);
    sweeps = List.copyOf(sweeps);
  }

  /**
   * A level as written.
   *
   * @param text its recipe text
   * @param place its place in the experiment file
   */
  public record Level(RecipeText text, Place place) {}

  /** The kind that the levels must have; empty for any kind. */
  public Optional<Kind> kind() {
    return name.equals(MIXED) ? Optional.empty() : Optional.of(kind(name));
  }

  /** The names that an axis may have. */
  static List<String> names() {
    return List.of("optimizer", "adapter", "regularizer", "rehearsal", "merger", MIXED);
  }

  /** Whether an axis of a name may have components of a kind. */
  static boolean takes(String name, Kind kind) {
    return name.equals(MIXED)
        ? kind != Kind.OPTIMIZER && names().contains(kind.label())
        : kind(name) == kind;
  }

  /** The kind of a label such as {@code optimizer}. */
  public static Kind kind(String label) {
    for (Kind kind : Kind.values()) {
      if (kind.label().equals(label)) {
        return kind;
      }
    }
    throw new IllegalArgumentException("no kind '" + label + "'");
  }
}
