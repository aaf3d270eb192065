package io.github.palimpsest.tck.subject;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.api.model.FinishedModel;
import io.github.palimpsest.api.rehearsal.Rehearsal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;

/** A reservoir whose examples follow each batch one by one, with mistakes to choose from. */
public final class Buffer implements Rehearsal {
  public enum Mistake {
    REPLACES,
    PEEKS,
    OWN_RANDOM,
    KEEPS_THE_FIRST,
    KEEPS_THE_LAST,
    FORGETS_THE_STATE,
    FORGETS_THE_COUNT,
    TAKES_ANY_BYTES,
    OWN_ORDER,
    NO_CAPACITY,
    KEEPS_WHAT_IT_PREPARES,
    DROPS_AN_EXAMPLE,
    SAYS_TOO_FEW_BATCHES,
    ADDS_TO_WHAT_IT_HOLDS,
    NOTES_EACH_BATCH
  }

  private static final int MAGIC = 0x74636b31;

  private final int capacity;
  private final Set<Mistake> mistakes = EnumSet.noneOf(Mistake.class);
  private final List<Example> kept = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private long seen;

  public Buffer(int capacity, Mistake... mistakes) {
    this.capacity = capacity;
    this.mistakes.addAll(Set.of(mistakes));
  }

  private boolean has(Mistake m) {
    return mistakes.contains(m);
  }

  @Override
  public Iterator<List<Example>> epoch(TaskData current, int batchSize, RandomGenerator given) {
    RandomGenerator rng = has(Mistake.OWN_RANDOM) ? new Random() : given;
    if (has(Mistake.OWN_ORDER)) {
      rng.nextInt();
    }
    List<List<Example>> batches = new ArrayList<>();
    for (List<Example> plain : current.shuffledBatches(batchSize, rng)) {
      List<Example> batch = new ArrayList<>(plain);
      if (!kept.isEmpty()) {
        if (has(Mistake.REPLACES)) {
          batch.remove(0);
        }
        Example earlier = kept.get(rng.nextInt(kept.size()));
        batch.add(earlier);
        notes.add(earlier.id());
      }
      batches.add(batch);
    }
    if (has(Mistake.PEEKS)) {
      current.examples().forEach(e -> keep(e, rng));
    }
    return batches.iterator();
  }

  @Override
  public TaskData prepared(TaskData task, FinishedModel pretrained) {
    List<Example> examples = task.examples();
    if (has(Mistake.KEEPS_WHAT_IT_PREPARES)) {
      kept.addAll(examples.subList(0, 3));
    }
    return has(Mistake.DROPS_AN_EXAMPLE) ? task.with(examples.subList(1, examples.size())) : task;
  }

  @Override
  public long extraBatches(int task, int examples, int batchSize) {
    return has(Mistake.SAYS_TOO_FEW_BATCHES) ? -1 : 0;
  }

  @Override
  public void afterTask(TaskData task, RandomGenerator rng) {
    task.examples().forEach(e -> keep(e, rng));
  }

  private void keep(Example e, RandomGenerator rng) {
    seen++;
    if (kept.size() < capacity || has(Mistake.NO_CAPACITY)) {
      kept.add(e);
    } else if (has(Mistake.KEEPS_THE_LAST)) {
      kept.remove(0);
      kept.add(e);
    } else if (!has(Mistake.KEEPS_THE_FIRST)) {
      long place = rng.nextLong(seen);
      if (place < capacity) {
        kept.set((int) place, e);
      }
    }
  }

  @Override
  public byte[] state() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(MAGIC);
      out.writeLong(has(Mistake.FORGETS_THE_COUNT) ? 0 : seen);
      out.writeInt(has(Mistake.FORGETS_THE_STATE) ? 0 : kept.size());
      if (!has(Mistake.FORGETS_THE_STATE)) {
        for (Example e : kept) {
          e.write(out);
        }
      }
      if (has(Mistake.NOTES_EACH_BATCH)) {
        for (String note : notes) {
          out.writeUTF(note);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  @Override
  public void restore(byte[] state) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(state))) {
      if (in.readInt() != MAGIC) {
        throw new IOException("not a buffer");
      }
      seen = in.readLong();
      if (!has(Mistake.ADDS_TO_WHAT_IT_HOLDS)) {
        kept.clear();
      }
      for (int n = in.readInt(); n > 0; n--) {
        kept.add(Example.read(in));
      }
    } catch (IOException e) {
      if (!has(Mistake.TAKES_ANY_BYTES)) {
        throw new PalimpsestException("bytes that are no buffer: " + e.getMessage(), e);
      }
    }
  }
}
