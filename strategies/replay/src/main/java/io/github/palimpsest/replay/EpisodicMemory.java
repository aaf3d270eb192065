package io.github.palimpsest.replay;

import io.github.palimpsest.api.Example;
import io.github.palimpsest.api.PalimpsestException;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Keeps some of the examples of finished tasks, never more than its capacity (DAT-02). */
final class EpisodicMemory {
  /** Which examples are kept. */
  enum Policy {
    /**
     * A uniform sample of all examples seen: the {@code n}-th one replaces a random one with chance
     * {@code capacity / n} (Vitter 1985, algorithm R; DAT-04).
     */
    RESERVOIR,
    /**
     * An equal share for each task, the first ones taking what does not divide: the last examples
     * of the task in a random order. Shares shrink from their oldest end as tasks are added.
     */
    RING
  }

  private final Policy policy;
  private final int capacity;
  private long seen;

  /** One part for all tasks together, or one for each task. */
  private List<List<Example>> parts = new ArrayList<>();

  EpisodicMemory(Policy policy, int capacity) {
    this.policy = policy;
    this.capacity = capacity;
  }

  /** All that is kept. */
  List<Example> examples() {
    return parts.stream().flatMap(List::stream).toList();
  }

  /** Offers the examples of a finished task. */
  void keep(List<Example> task, RandomGenerator rng) {
    switch (policy) {
      case RESERVOIR -> reservoir(task, rng);
      case RING -> ring(task, rng);
    }
  }

  private void reservoir(List<Example> task, RandomGenerator rng) {
    List<Example> kept = new ArrayList<>(examples());
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
    parts = List.of(kept);
  }

  private void ring(List<Example> task, RandomGenerator rng) {
    List<Example> order = new ArrayList<>(task);
    for (int i = order.size() - 1; i > 0; i--) {
      int j = rng.nextInt(i + 1);
      Example swapped = order.set(i, order.get(j));
      order.set(j, swapped);
    }
    seen += task.size();
    List<List<Example>> shares = new ArrayList<>(parts);
    shares.add(order);
    int count = shares.size();
    for (int t = 0; t < count; t++) {
      List<Example> share = shares.get(t);
      int size = Math.min(share.size(), capacity / count + (t < capacity % count ? 1 : 0));
      shares.set(t, List.copyOf(share.subList(share.size() - size, share.size())));
    }
    parts = shares;
  }

  /** Everything the memory holds. */
  byte[] toBytes() {
    return new MemoryState(seen, parts).toBytes(policy, capacity);
  }

  /**
   * Takes over what {@link #toBytes} gave.
   *
   * @throws PalimpsestException if the bytes are damaged, of another version, or of a memory with
   *     another policy or capacity
   */
  void restore(byte[] bytes) {
    MemoryState state = MemoryState.of(bytes, policy, capacity);
    seen = state.seen();
    parts = state.parts();
  }
}
