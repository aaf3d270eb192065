package io.github.palimpsest.replay;

import io.github.palimpsest.api.Example;
import io.github.palimpsest.api.PalimpsestException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32;

/**
 * Keeps some of the examples of finished tasks, never more than its capacity (DAT-02).
 *
 * <p>As bytes: the number {@value #MAGIC}, a version, the policy's name and the capacity (both must
 * be those of the memory that takes the bytes over), the number of examples seen, the examples by
 * part, and a CRC-32 of all that.
 */
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

  private static final int MAGIC = 0x52504c59; // RPLY
  private static final int VERSION = 1;

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
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(MAGIC);
      out.writeInt(VERSION);
      out.writeUTF(policy.name());
      out.writeInt(capacity);
      out.writeLong(seen);
      out.writeInt(parts.size());
      for (List<Example> part : parts) {
        out.writeInt(part.size());
        for (Example e : part) {
          e.write(out);
        }
      }
      out.writeLong(crc(bytes.toByteArray(), bytes.size()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /**
   * Takes over what {@link #toBytes} gave.
   *
   * @throws PalimpsestException if the bytes are damaged, of another version, or of a memory with
   *     another policy or capacity
   */
  void restore(byte[] state) {
    int body = state.length - Long.BYTES;
    if (body < 0 || ByteBuffer.wrap(state, body, Long.BYTES).getLong() != crc(state, body)) {
      throw new PalimpsestException(
          "the rehearsal state of " + state.length + " bytes is damaged: its checksum is wrong");
    }
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(state, 0, body))) {
      require("marker", MAGIC, in.readInt());
      require("version", VERSION, in.readInt());
      require("policy", policy.name(), in.readUTF());
      require("capacity", capacity, in.readInt());
      long read = in.readLong();
      List<List<Example>> all = new ArrayList<>();
      for (int p = in.readInt(); p > 0; p--) {
        List<Example> part = new ArrayList<>();
        for (int e = in.readInt(); e > 0; e--) {
          part.add(Example.read(in));
        }
        all.add(part);
      }
      require("number of bytes left over", 0, in.available());
      seen = read;
      parts = all;
    } catch (IOException e) {
      throw new PalimpsestException("the rehearsal state cannot be read: " + e.getMessage(), e);
    }
  }

  private static void require(String what, Object expected, Object found) {
    if (!expected.equals(found)) {
      throw new PalimpsestException(
          "the rehearsal state has " + what + " " + found + ", and " + expected + " is needed");
    }
  }

  private static long crc(byte[] bytes, int length) {
    CRC32 crc = new CRC32();
    crc.update(bytes, 0, length);
    return crc.getValue();
  }
}
