package ${package};

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.api.rehearsal.Rehearsal;
import io.github.palimpsest.api.rehearsal.RehearsalProvider;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Reservoir sampling: of the n examples of finished tasks each is kept with the same chance,
 * capacity / n. One of them is added for every 8 current examples, or another number.
 */
final class ${className} implements Rehearsal {
  static final Setting<Integer> CAPACITY =
      Setting.integer("capacity", 500, 1, 1_000_000, "examples of finished tasks that are kept");
  static final Setting<Integer> EVERY =
      Setting.integer("every", 8, 1, 1_000_000, "current examples for each earlier one");

  /** Its name in recipes, its settings with their defaults, and what it costs. */
  static final RehearsalProvider PROVIDER =
      RehearsalProvider.of(
              "${id}",
              "Adds earlier examples to each batch, from a reservoir",
              "each of the n examples seen is kept with chance capacity/n")
          .settings(CAPACITY, EVERY)
          .traits(
              s ->
                  Traits.of(
                      Onset.LATER_TASKS,
                      Cost.passes(1.0 / s.get(EVERY)),
                      "Vitter 1985, Random sampling with a reservoir"))
          .creates(s -> new ${className}(s.get(CAPACITY), s.get(EVERY)));

  /** Marks the bytes as a state of this component. */
  private static final int FORMAT = 0x72657331;

  private final int capacity;
  private final int every;
  private final List<Example> kept = new ArrayList<>();
  private long seen;

  /**
   * @param capacity how many examples are kept
   * @param every how many current examples there are for each earlier one
   */
  ${className}(int capacity, int every) {
    this.capacity = capacity;
    this.every = every;
  }

  @Override
  public Iterator<List<Example>> epoch(TaskData current, int batchSize, RandomGenerator rng) {
    List<List<Example>> batches = new ArrayList<>();
    long before = 0;
    for (List<Example> plain : current.shuffledBatches(batchSize, rng)) {
      List<Example> batch = new ArrayList<>(plain);
      long now = before + plain.size();
      for (long due = now / every - before / every; due > 0 && !kept.isEmpty(); due--) {
        batch.add(kept.get(rng.nextInt(kept.size())));
      }
      before = now;
      batches.add(batch);
    }
    return batches.iterator();
  }

  @Override
  public void afterTask(TaskData task, RandomGenerator rng) {
    for (Example example : task.examples()) {
      seen++;
      if (kept.size() < capacity) {
        kept.add(example);
        continue;
      }
      long place = rng.nextLong(seen);
      if (place < capacity) {
        kept.set((int) place, example);
      }
    }
  }

  @Override
  public byte[] state() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(FORMAT);
      out.writeLong(seen);
      out.writeInt(kept.size());
      for (Example example : kept) {
        example.write(out);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  @Override
  public void restore(byte[] state) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(state))) {
      if (in.readInt() != FORMAT) {
        throw new PalimpsestException("these bytes are no state of ${id}");
      }
      seen = in.readLong();
      kept.clear();
      for (int left = in.readInt(); left > 0; left--) {
        kept.add(Example.read(in));
      }
    } catch (IOException e) {
      throw new PalimpsestException("the state of ${id} is damaged: " + e.getMessage(), e);
    }
  }
}
