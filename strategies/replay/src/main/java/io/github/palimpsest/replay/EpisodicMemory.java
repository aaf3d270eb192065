package io.github.palimpsest.replay;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.data.Example;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;

/** Keeps some of the examples of finished tasks, never more than its capacity (DAT-02). */
final class EpisodicMemory {
  /** Which examples are kept. */
  enum Policy {
    /**
     * A uniform sample of all examples seen. Counting examples, the {@code n}-th one replaces a
     * random one with chance {@code capacity / n} (Vitter 1985, algorithm R; DAT-04); counting
     * tokens, each one gets a random key, and those of the lowest keys are kept as far as they fit.
     */
    RESERVOIR,
    /**
     * An equal share for each task, the first ones taking what does not divide: the last examples
     * of the task in a random order. Shares shrink from their oldest end as tasks are added.
     */
    RING
  }

  /** What the capacity counts. */
  enum Budget {
    /** Each example is one. */
    EXAMPLES,
    /** Each example is as much as its length, and at least one. */
    TOKENS;

    private int size(Example e) {
      return this == EXAMPLES ? 1 : Math.max(1, e.tokens());
    }
  }

  private final Policy policy;
  private final Budget budget;
  private final int capacity;
  private MemoryState now = MemoryState.EMPTY;

  EpisodicMemory(Policy policy, Budget budget, int capacity) {
    this.policy = policy;
    this.budget = budget;
    this.capacity = capacity;
  }

  /** All that is kept. */
  List<Example> examples() {
    return now.parts().stream().flatMap(List::stream).toList();
  }

  /** Offers the examples of a finished task; what is larger than the whole capacity is left out. */
  void keep(List<Example> task, RandomGenerator rng) {
    now =
        switch (policy) {
          case RING -> ring(task, rng);
          case RESERVOIR -> budget == Budget.EXAMPLES ? reservoir(task, rng) : lowest(task, rng);
        };
  }

  private MemoryState reservoir(List<Example> task, RandomGenerator rng) {
    List<Example> kept = new ArrayList<>(examples());
    long seen = now.seen();
    for (Example e : task) {
      seen++;
      if (kept.size() < capacity) {
        kept.add(e);
      } else {
        long place = rng.nextLong(seen);
        if (place < capacity) {
          kept.set((int) place, e);
        }
      }
    }
    return new MemoryState(seen, List.of(kept), List.of(), now.bound());
  }

  private record Keyed(long key, Example example) {}

  /**
   * All examples seen, in the order of their keys, are a random order of them; kept is the longest
   * beginning that fits. What has left never comes back, since more examples only shorten it.
   */
  private MemoryState lowest(List<Example> task, RandomGenerator rng) {
    List<Keyed> order = new ArrayList<>();
    List<Example> kept = examples();
    for (int i = 0; i < kept.size(); i++) {
      order.add(new Keyed(now.keys().get(i), kept.get(i)));
    }
    for (Example e : task) {
      long key = rng.nextLong();
      if (key < now.bound() && budget.size(e) <= capacity) {
        order.add(new Keyed(key, e));
      }
    }
    order.sort(Comparator.comparingLong(Keyed::key));
    int end = 0;
    for (long left = capacity; end < order.size(); end++) {
      left -= budget.size(order.get(end).example());
      if (left < 0) {
        break;
      }
    }
    return new MemoryState(
        now.seen() + task.size(),
        List.of(order.subList(0, end).stream().map(Keyed::example).toList()),
        order.subList(0, end).stream().map(Keyed::key).toList(),
        end < order.size() ? order.get(end).key() : now.bound());
  }

  private MemoryState ring(List<Example> task, RandomGenerator rng) {
    List<Example> order = new ArrayList<>(task);
    for (int i = order.size() - 1; i > 0; i--) {
      int j = rng.nextInt(i + 1);
      Example swapped = order.set(i, order.get(j));
      order.set(j, swapped);
    }
    List<List<Example>> shares = new ArrayList<>(now.parts());
    shares.add(order);
    int count = shares.size();
    for (int t = 0; t < count; t++) {
      shares.set(t, newest(shares.get(t), capacity / count + (t < capacity % count ? 1 : 0)));
    }
    return new MemoryState(now.seen() + task.size(), shares, List.of(), now.bound());
  }

  private List<Example> newest(List<Example> share, int most) {
    List<Example> fitting = share.stream().filter(e -> budget.size(e) <= most).toList();
    int from = fitting.size();
    for (long left = most; from > 0; from--) {
      left -= budget.size(fitting.get(from - 1));
      if (left < 0) {
        break;
      }
    }
    return List.copyOf(fitting.subList(from, fitting.size()));
  }

  /** Replaces what is kept of a task; equally many must come back, in the same order. */
  void rewrite(List<Example> task, UnaryOperator<List<Example>> change) {
    Set<String> ids = new HashSet<>();
    task.forEach(e -> ids.add(e.id()));
    List<Example> own = examples().stream().filter(e -> ids.contains(e.id())).toList();
    List<Example> changed = change.apply(own);
    Map<String, Example> byId = new HashMap<>();
    for (int i = 0; i < own.size(); i++) {
      byId.put(own.get(i).id(), changed.get(i));
    }
    now =
        now.with(
            now.parts().stream()
                .map(part -> part.stream().map(e -> byId.getOrDefault(e.id(), e)).toList())
                .toList());
  }

  /** Everything the memory holds. */
  byte[] toBytes() {
    return now.toBytes(description());
  }

  /**
   * Takes over what {@link #toBytes} gave.
   *
   * @throws PalimpsestException if the bytes are damaged, of another version, or of a memory with
   *     another policy, budget or capacity
   */
  void restore(byte[] bytes) {
    now = MemoryState.of(bytes, description());
  }

  private Map<String, String> description() {
    return new java.util.TreeMap<>(
        Map.of(
            "budget", budget.name(),
            "capacity", Integer.toString(capacity),
            "policy", policy.name()));
  }
}
