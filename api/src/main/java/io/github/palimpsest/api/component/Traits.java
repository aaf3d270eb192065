package io.github.palimpsest.api.component;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.Stable;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/** The properties of a component that a runner must know before it builds anything. */
@Stable(since = "0.1")
public final class Traits {
  private final Onset onset;
  private final Set<ComponentId> requires;
  private final Set<ComponentId> conflicts;
  private final Cost cost;
  private final List<String> references;

  private Traits(
      Onset onset,
      Set<ComponentId> requires,
      Set<ComponentId> conflicts,
      Cost cost,
      List<String> references) {
    this.onset = Objects.requireNonNull(onset);
    this.requires = Set.copyOf(requires);
    this.conflicts = Set.copyOf(conflicts);
    this.cost = Objects.requireNonNull(cost);
    this.references = List.copyOf(references);
  }

  /**
   * Traits without requirements or conflicts.
   *
   * @param onset the earliest point at which the component changes the weights
   * @param cost the declared cost
   * @param references the sources of the method: author, year, arXiv id
   */
  public static Traits of(Onset onset, Cost cost, String... references) {
    return of(onset, cost, List.of(references));
  }

  /** Traits without requirements or conflicts, with the references as a list. */
  public static Traits of(Onset onset, Cost cost, List<String> references) {
    return new Traits(onset, Set.of(), Set.of(), cost, references);
  }

  /**
   * A copy that requires exactly these components: a recipe with this component needs all of them.
   *
   * @throws PalimpsestException if an id does not match the grammar of {@link ComponentId}
   */
  public Traits requiring(String... ids) {
    return new Traits(onset, ids(ids), conflicts, cost, references);
  }

  /**
   * A copy that conflicts with exactly these components: a recipe with this component cannot
   * contain them.
   *
   * @throws PalimpsestException if an id does not match the grammar of {@link ComponentId}
   */
  public Traits conflictingWith(String... ids) {
    return new Traits(onset, requires, ids(ids), cost, references);
  }

  private static Set<ComponentId> ids(String... ids) {
    return Arrays.stream(ids).map(ComponentId::new).collect(Collectors.toSet());
  }

  /** The earliest point at which the component changes the weights. */
  public Onset onset() {
    return onset;
  }

  /** Components that every recipe with this component needs. */
  public Set<ComponentId> requires() {
    return requires;
  }

  /** Components that a recipe with this component cannot contain. */
  public Set<ComponentId> conflicts() {
    return conflicts;
  }

  /** The declared cost of the component. */
  public Cost cost() {
    return cost;
  }

  /** The sources of the method: author, year, arXiv id. */
  public List<String> references() {
    return references;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Traits o
        && onset == o.onset
        && requires.equals(o.requires)
        && conflicts.equals(o.conflicts)
        && cost.equals(o.cost)
        && references.equals(o.references);
  }

  @Override
  public int hashCode() {
    return Objects.hash(onset, requires, conflicts, cost, references);
  }

  @Override
  public String toString() {
    return "Traits[onset="
        + onset
        + ", requires="
        + requires
        + ", conflicts="
        + conflicts
        + ", cost="
        + cost
        + ", references="
        + references
        + "]";
  }
}
