package io.github.palimpsest.engine;

import io.github.palimpsest.api.RuleViolationException;
import io.github.palimpsest.api.adapter.Adapter;
import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.discovery.Recipe;
import io.github.palimpsest.api.merger.Merger;
import io.github.palimpsest.api.merger.ReadsHistory;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.regularizer.Regularizer;
import io.github.palimpsest.api.rehearsal.Rehearsal;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The components of one run, created and in their seats.
 *
 * @param optimizer makes the updates
 * @param adapter shows the model other weights
 * @param regularizers the regularizers, by the name of their memories
 * @param rehearsal mixes in earlier examples
 * @param mergers rewrite the weights, in this order
 */
public record Seats(
    Optimizer optimizer,
    Optional<Adapter> adapter,
    SortedMap<String, Regularizer> regularizers,
    Optional<Rehearsal> rehearsal,
    List<Merge> mergers) {

  /**
   * A merger and the time of its action.
   *
   * @param merger the merger
   * @param onlyAfterLastTask whether it acts after the last task only, not after each
   * @param readsHistory whether it reads the weights after earlier tasks
   */
  public record Merge(Merger merger, boolean onlyAfterLastTask, boolean readsHistory) {
    /** A merger that reads no weights after earlier tasks. */
    public Merge(Merger merger, boolean onlyAfterLastTask) {
      this(merger, onlyAfterLastTask, false);
    }

    private static Merge of(Component<Merger> c) {
      boolean last = c.traits().onset() == Onset.AFTER_TRAINING;
      return new Merge(c.create(), last, ReadsHistory.in(c));
    }
  }

  /**
   * Copies the collections.
   *
   * @throws RuleViolationException if a merger acts after each task, and so ends an adapter whose
   *     parameters a regularizer remembers
   */
  public Seats {
    regularizers = Collections.unmodifiableSortedMap(new TreeMap<>(regularizers));
    mergers = List.copyOf(mergers);
    boolean endsUnasked =
        adapter.isPresent()
            && !adapter.get().mergesAfterTask()
            && mergers.stream().anyMatch(m -> !m.onlyAfterLastTask());
    if (endsUnasked && !regularizers.isEmpty()) {
      throw new RuleViolationException(
          "restarts",
          "a merger that acts after each task ends the adapter, whose parameters the regularizers "
              + regularizers.keySet()
              + " remember: let it act only after the last task, or leave out one of the three"
              + " (rule restarts)");
    }
  }

  /** Creates the components of a recipe. */
  public static Seats of(Recipe recipe) {
    TreeMap<String, Regularizer> regularizers = new TreeMap<>();
    for (Component<Regularizer> c : recipe.regularizers()) {
      regularizers.put(regularizers.size() + "-" + c.id(), c.create());
    }
    return new Seats(
        recipe.optimizer().create(),
        recipe.adapter().map(Component::create),
        regularizers,
        recipe.rehearsal().map(Component::create),
        recipe.mergers().stream().map(Merge::of).toList());
  }

  /**
   * Creates the components of a recipe for a training.
   *
   * @throws RuleViolationException if the training stores slots in a type that a slot of the
   *     optimizer must not be rounded to (rule {@code float32-slots})
   */
  public static Seats of(Recipe recipe, Training training) {
    StoredSlots.check(recipe.optimizer(), training.slots());
    return of(recipe);
  }

  /** Whether a merger reads the weights after earlier tasks. */
  public boolean readsHistory() {
    return mergers.stream().anyMatch(Merge::readsHistory);
  }

  /** The mergers that act after a task. */
  List<Merge> acting(boolean afterLastTask) {
    return mergers.stream().filter(m -> afterLastTask || !m.onlyAfterLastTask()).toList();
  }

  /** Only an optimizer. */
  public static Seats of(Optimizer optimizer) {
    return new Seats(
        optimizer, Optional.empty(), Collections.emptySortedMap(), Optional.empty(), List.of());
  }

  /** A copy with one more regularizer. */
  public Seats with(String name, Regularizer regularizer) {
    TreeMap<String, Regularizer> more = new TreeMap<>(regularizers);
    more.put(name, regularizer);
    return new Seats(optimizer, adapter, more, rehearsal, mergers);
  }

  /** A copy with an adapter. */
  public Seats with(Adapter adapter) {
    return new Seats(optimizer, Optional.of(adapter), regularizers, rehearsal, mergers);
  }

  /** A copy with a rehearsal. */
  public Seats with(Rehearsal rehearsal) {
    return new Seats(optimizer, adapter, regularizers, Optional.of(rehearsal), mergers);
  }

  /** A copy with one more merger at the end. */
  public Seats with(Merge merge) {
    return new Seats(
        optimizer,
        adapter,
        regularizers,
        rehearsal,
        java.util.stream.Stream.concat(mergers.stream(), java.util.stream.Stream.of(merge))
            .toList());
  }
}
