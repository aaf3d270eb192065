package io.github.palimpsest.execution.pairs;

import io.github.palimpsest.api.RuleViolationException;
import io.github.palimpsest.api.component.Kind;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.engine.Seats;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * A pairwise covering array (Cohen et al. 1997): few recipes, each with a component in as many
 * seats as go together, in which any two components of different kinds meet at least once unless a
 * rule keeps them apart. Found greedily and always the same.
 */
final class PairCover {
  /** A component as recipe text, in the seat of its kind. */
  record Piece(Kind kind, String text) {}

  /** Two pieces of different kinds, in the order of their seats. */
  record Pair(Piece one, Piece other) {
    static Pair of(Piece a, Piece b) {
      return a.kind().compareTo(b.kind()) < 0 ? new Pair(a, b) : new Pair(b, a);
    }

    @Override
    public String toString() {
      return one.text() + " & " + other.text();
    }
  }

  private final PluginRegistry registry;
  private final Map<Kind, List<Piece>> pieces;
  private final Piece usual;
  private final List<String> recipes = new ArrayList<>();
  private final List<Map<Kind, Piece>> rows = new ArrayList<>();
  private final Map<Pair, String> refused = new LinkedHashMap<>();

  /**
   * @param pieces the components of each kind that has a seat
   * @param usual the optimizer of a recipe in which none is to be covered
   */
  PairCover(PluginRegistry registry, Map<Kind, List<Piece>> pieces, Piece usual) {
    this.registry = registry;
    this.pieces = pieces;
    this.usual = usual;
    Set<Pair> open = new LinkedHashSet<>();
    for (Pair pair : allPairs()) {
      if (completion(pair).isPresent()) {
        open.add(pair);
      } else {
        refused.put(pair, rule(row(pair)).orElseThrow());
      }
    }
    while (!open.isEmpty()) {
      Pair next = open.iterator().next();
      Map<Kind, Piece> row = filled(next, open);
      recipes.add(text(row));
      rows.add(row);
      open.removeAll(pairs(row));
    }
  }

  private static Set<Pair> pairs(Map<Kind, Piece> row) {
    List<Piece> met = new ArrayList<>(row.values());
    Set<Pair> pairs = new LinkedHashSet<>();
    for (int i = 0; i < met.size(); i++) {
      for (int j = i + 1; j < met.size(); j++) {
        pairs.add(Pair.of(met.get(i), met.get(j)));
      }
    }
    return pairs;
  }

  /** Recipes in which every pair that no rule keeps apart meets. */
  List<String> recipes() {
    return recipes;
  }

  /**
   * Recipes, drawn by a seed, in which every component stands that can stand in one at all.
   *
   * @param seed of the order in which recipes are looked at
   */
  List<String> drawn(long seed) {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      order.add(i);
    }
    Collections.shuffle(order, new Random(seed));
    Set<Piece> met = new LinkedHashSet<>();
    List<String> drawn = new ArrayList<>();
    for (int i : order) {
      if (met.addAll(rows.get(i).values())) {
        drawn.add(recipes.get(i));
      }
    }
    return drawn;
  }

  /** The share of the components that stand in some of the recipes. */
  double components(List<String> some) {
    Set<Piece> met = new LinkedHashSet<>();
    for (int i = 0; i < rows.size(); i++) {
      if (some.contains(recipes.get(i))) {
        met.addAll(rows.get(i).values());
      }
    }
    return (double) met.size() / pieces.values().stream().mapToLong(List::size).sum();
  }

  /** The share of the pairs that can stand together which some of the recipes have. */
  double covered(List<String> some) {
    Set<Pair> met = new LinkedHashSet<>();
    for (int i = 0; i < rows.size(); i++) {
      if (some.contains(recipes.get(i))) {
        met.addAll(pairs(rows.get(i)));
      }
    }
    return (double) met.size() / (allPairs().size() - refused.size());
  }

  /** The pairs that never stand together, each with the id of the rule. */
  Map<Pair, String> refused() {
    return refused;
  }

  /** All pairs of components of different kinds. */
  List<Pair> allPairs() {
    List<Kind> kinds = List.copyOf(pieces.keySet());
    List<Pair> all = new ArrayList<>();
    for (int i = 0; i < kinds.size(); i++) {
      for (int j = i + 1; j < kinds.size(); j++) {
        for (Piece one : pieces.get(kinds.get(i))) {
          for (Piece other : pieces.get(kinds.get(j))) {
            all.add(new Pair(one, other));
          }
        }
      }
    }
    return all;
  }

  private static Map<Kind, Piece> row(Pair pair) {
    Map<Kind, Piece> row = new EnumMap<>(Kind.class);
    row.put(pair.one().kind(), pair.one());
    row.put(pair.other().kind(), pair.other());
    return row;
  }

  /** The pair alone, or with one more component, if one of them requires it. */
  private Optional<Map<Kind, Piece>> completion(Pair pair) {
    Map<Kind, Piece> alone = row(pair);
    if (rule(alone).isEmpty()) {
      return Optional.of(alone);
    }
    return pieces.values().stream()
        .flatMap(List::stream)
        .filter(p -> !alone.containsKey(p.kind()))
        .map(p -> with(alone, p))
        .filter(r -> rule(r).isEmpty())
        .findFirst();
  }

  private static Map<Kind, Piece> with(Map<Kind, Piece> row, Piece piece) {
    Map<Kind, Piece> more = new EnumMap<>(row);
    more.put(piece.kind(), piece);
    return more;
  }

  /** Fills one seat after the other with what meets most that has not met. */
  private Map<Kind, Piece> filled(Pair pair, Set<Pair> open) {
    Map<Kind, Piece> row = completion(pair).orElseThrow();
    for (Kind kind : pieces.keySet()) {
      if (row.containsKey(kind)) {
        continue;
      }
      Map<Kind, Piece> best = row;
      long most = 0;
      for (Piece piece : pieces.get(kind)) {
        long meets = row.values().stream().filter(p -> open.contains(Pair.of(p, piece))).count();
        if (meets > most && rule(with(row, piece)).isEmpty()) {
          best = with(row, piece);
          most = meets;
        }
      }
      row = best;
    }
    return row;
  }

  /** The rule that a recipe breaks, if any; nothing is built. */
  private Optional<String> rule(Map<Kind, Piece> row) {
    try {
      Seats.of(registry.recipe(text(row)));
      return Optional.empty();
    } catch (RuleViolationException e) {
      return Optional.of(e.rule());
    }
  }

  private String text(Map<Kind, Piece> row) {
    StringBuilder text = new StringBuilder(row.getOrDefault(Kind.OPTIMIZER, usual).text());
    row.forEach(
        (kind, piece) -> {
          if (kind != Kind.OPTIMIZER) {
            text.append(kind == Kind.MERGER ? " | " : " + ").append(piece.text());
          }
        });
    return text.toString();
  }
}
