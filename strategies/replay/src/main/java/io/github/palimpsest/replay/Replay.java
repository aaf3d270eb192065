package io.github.palimpsest.replay;

import io.github.palimpsest.api.Example;
import io.github.palimpsest.api.Rehearsal;
import io.github.palimpsest.api.TaskData;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Experience replay (Robins 1995; Chaudhry et al. 2019, arXiv:1902.10486): after the current
 * examples of batch {@code i}, of which there are {@code b_i}, come
 *
 * <pre>
 *   floor(ratio * (b_1 + ... + b_i)) - floor(ratio * (b_1 + ... + b_(i-1)))
 * </pre>
 *
 * <p>kept examples of finished tasks, so an epoch has the share {@code ratio} of them to within one
 * example. Within a batch none comes twice unless more are wanted than are kept. The current
 * examples appear exactly once an epoch, in the order of plain training (DAT-01); nothing is kept
 * before its task is finished (DAT-02); all choices come from the generators handed in (DAT-03).
 */
final class Replay implements Rehearsal {
  /** Lifts products such as {@code 0.29 * 100} back over the whole number they are meant to be. */
  private static final double ROUNDING = 1e-9;

  private final double ratio;
  private final EpisodicMemory memory;

  Replay(double ratio, EpisodicMemory memory) {
    this.ratio = ratio;
    this.memory = memory;
  }

  @Override
  public Iterator<List<Example>> epoch(TaskData current, int batchSize, RandomGenerator rng) {
    List<List<Example>> plain = current.shuffledBatches(batchSize, rng);
    List<Example> kept = memory.examples();
    if (ratio == 0 || kept.isEmpty()) {
      return plain.iterator();
    }
    int[] order = new int[kept.size()];
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
    }
    List<List<Example>> mixed = new ArrayList<>();
    long seen = 0;
    for (List<Example> batch : plain) {
      long before = due(seen);
      seen += batch.size();
      List<Example> both = new ArrayList<>(batch);
      draw(due(seen) - before, kept, order, rng, both);
      mixed.add(List.copyOf(both));
    }
    return mixed.iterator();
  }

  private long due(long currentExamples) {
    return (long) Math.floor(ratio * currentExamples + ROUNDING);
  }

  /** Draws without replacement (Fisher and Yates), starting over when all have been drawn. */
  private static void draw(
      long count, List<Example> kept, int[] order, RandomGenerator rng, List<Example> into) {
    for (long drawn = 0; drawn < count; drawn++) {
      int i = (int) (drawn % order.length);
      int j = i + rng.nextInt(order.length - i);
      int chosen = order[j];
      order[j] = order[i];
      order[i] = chosen;
      into.add(kept.get(chosen));
    }
  }

  @Override
  public void afterTask(TaskData task, RandomGenerator rng) {
    if (ratio > 0) {
      memory.keep(task.examples(), rng);
    }
  }

  @Override
  public byte[] state() {
    return memory.toBytes();
  }

  @Override
  public void restore(byte[] state) {
    memory.restore(state);
  }
}
