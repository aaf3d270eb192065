package com.acme.recent;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Promise;
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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A first-in first-out memory: the newest {@code capacity} examples of finished tasks, in the order
 * of the data. One of them, drawn at random, is added for every 8 current examples, or another
 * number.
 */
final class Recent implements Rehearsal {
  static final Setting<Integer> CAPACITY =
      Setting.integer("capacity", 500, 1, 1_000_000, "examples of finished tasks that are kept");
  static final Setting<Integer> EVERY =
      Setting.integer("every", 8, 1, 1_000_000, "current examples for each earlier one");

  static final RehearsalProvider PROVIDER =
      RehearsalProvider.of(
              "acme.recent",
              "Adds some of the newest earlier examples to each batch",
              "the last `capacity` examples seen are kept")
          .settings(CAPACITY, EVERY)
          .traits(
              s ->
                  Traits.of(
                      Onset.LATER_TASKS,
                      Cost.passes(1.0 / s.get(EVERY)),
                      "Chaudhry et al. 2019 (arXiv:1902.10486)"))
          // the newest, not a sample of all
          .promisesNot(Promise.UNIFORM_MEMORY)
          .creates(s -> new Recent(s.get(CAPACITY), s.get(EVERY)));

  /** Marks the bytes as a state of this component. */
  private static final int FORMAT = 0x72636e31;

  private final int capacity;
  private final int every;
  private final Deque<Example> kept = new ArrayDeque<>();

  Recent(int capacity, int every) {
    this.capacity = capacity;
    this.every = every;
  }

  @Override
  public Iterator<List<Example>> epoch(TaskData current, int batchSize, RandomGenerator rng) {
    List<Example> memory = List.copyOf(kept);
    List<List<Example>> batches = new ArrayList<>();
    long before = 0;
    for (List<Example> plain : current.shuffledBatches(batchSize, rng)) {
      List<Example> batch = new ArrayList<>(plain);
      long now = before + plain.size();
      for (long due = now / every - before / every; due > 0 && !memory.isEmpty(); due--) {
        batch.add(memory.get(rng.nextInt(memory.size())));
      }
      before = now;
      batches.add(batch);
    }
    return batches.iterator();
  }

  @Override
  public void afterTask(TaskData task, RandomGenerator rng) {
    for (Example example : task.examples()) {
      if (kept.size() == capacity) {
        kept.removeFirst();
      }
      kept.addLast(example);
    }
  }

  @Override
  public byte[] state() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(FORMAT);
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
        throw new PalimpsestException("these bytes are no state of acme.recent");
      }
      kept.clear();
      for (int left = in.readInt(); left > 0; left--) {
        kept.addLast(Example.read(in));
      }
    } catch (IOException e) {
      throw new PalimpsestException("the state of acme.recent is damaged: " + e.getMessage(), e);
    }
  }
}
