package io.github.palimpsest.api;

import java.util.List;
import java.util.Set;

/**
 * What a runner must know of a component before it builds anything.
 *
 * @param onset from when on the component changes the weights
 * @param requires components without which this one cannot stand in a recipe
 * @param conflicts components that cannot stand in a recipe with this one
 * @param cost what it declares to cost
 * @param references where the method comes from: author, year, arXiv id
 */
public record Traits(
    Onset onset,
    Set<ComponentId> requires,
    Set<ComponentId> conflicts,
    Cost cost,
    List<String> references) {
  /** Copies the collections. */
  public Traits {
    requires = Set.copyOf(requires);
    conflicts = Set.copyOf(conflicts);
    references = List.copyOf(references);
  }

  /** Traits without requirements or conflicts. */
  public static Traits of(Onset onset, Cost cost, String... references) {
    return new Traits(onset, Set.of(), Set.of(), cost, List.of(references));
  }
}
