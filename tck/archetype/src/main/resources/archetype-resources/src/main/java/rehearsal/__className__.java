package ${package};

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.rehearsal.Rehearsal;
import io.github.palimpsest.api.data.TaskData;
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
 * capacity / n. One of them is added to each batch.
 */
final class ${className} implements Rehearsal {
  /** Marks the bytes as a state of this component. */
  private static final int FORMAT = 0x72657331;

  private final int capacity;
  private final List<Example> kept = new ArrayList<>();
  private long seen;

  /**
   * @param capacity how many examples are kept
   */
  ${className}(int capacity) {
    this.capacity = capacity;
  }

  @Override
  public Iterator<List<Example>> epoch(TaskData current, int batchSize, RandomGenerator rng) {
    List<List<Example>> batches = new ArrayList<>();
    for (List<Example> plain : current.shuffledBatches(batchSize, rng)) {
      List<Example> batch = new ArrayList<>(plain);
      if (!kept.isEmpty()) {
        batch.add(kept.get(rng.nextInt(kept.size())));
      }
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
