package io.github.palimpsest.tck.rig;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.api.rehearsal.Rehearsal;
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
 * Adds the first example of each finished task to each batch, for trials of components that act on
 * rehearsed examples.
 */
public final class OneKept implements Rehearsal {
  private final List<Example> kept = new ArrayList<>();

  @Override
  public Iterator<List<Example>> epoch(TaskData current, int batchSize, RandomGenerator rng) {
    return current.shuffledBatches(batchSize, rng).stream().map(this::withKept).iterator();
  }

  private List<Example> withKept(List<Example> batch) {
    List<Example> more = new ArrayList<>(batch);
    more.addAll(kept);
    return more;
  }

  @Override
  public void afterTask(TaskData task, RandomGenerator rng) {
    kept.add(task.examples().get(0));
  }

  @Override
  public byte[] state() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(kept.size());
      for (Example e : kept) {
        e.write(out);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  @Override
  public void restore(byte[] state) {
    kept.clear();
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(state))) {
      for (int n = in.readInt(); n > 0; n--) {
        kept.add(Example.read(in));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
