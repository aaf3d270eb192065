package io.github.palimpsest.api.component;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.Stable;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/** What a runner must know of a component before it builds anything. */
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
   * @param onset from when on the component changes the weights
   * @param cost what it declares to cost
   * @param references where the method comes from: author, year, arXiv id
   */
  public static Traits of(Onset onset, Cost cost, String... references) {
    return of(onset, cost, List.of(references));
  }

  /** The same, with the references as a list. */
  public static Traits of(Onset onset, Cost cost, List<String> references) {
    return new Traits(onset, Set.of(), Set.of(), cost, references);
  }

  /**
   * A copy that requires exactly these components: without them this one cannot stand in a recipe.
   *
   * @throws PalimpsestException if an id does not match the grammar of {@link ComponentId}
   */
  public Traits requiring(String... ids) {
    return new Traits(onset, ids(ids), conflicts, cost, references);
  }

  /**
   * A copy that conflicts with exactly these components: they cannot stand in a recipe with this
   * one.
   *
   * @throws PalimpsestException if an id does not match the grammar of {@link ComponentId}
   */
  public Traits conflictingWith(String... ids) {
    return new Traits(onset, requires, ids(ids), cost, references);
  }

  private static Set<ComponentId> ids(String... ids) {
    return Arrays.stream(ids).map(ComponentId::new).collect(Collectors.toSet());
  }

  /** From when on the component changes the weights. */
  public Onset onset() {
    return onset;
  }

  /** Components without which this one cannot stand in a recipe. */
  public Set<ComponentId> requires() {
    return requires;
  }

  /** Components that cannot stand in a recipe with this one. */
  public Set<ComponentId> conflicts() {
    return conflicts;
  }

  /** What the component declares to cost. */
  public Cost cost() {
    return cost;
  }

  /** Where the method comes from: author, year, arXiv id. */
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
