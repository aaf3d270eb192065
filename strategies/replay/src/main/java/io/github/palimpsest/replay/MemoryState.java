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
import java.util.zip.CRC32;

/**
 * What an {@link EpisodicMemory} holds, as part of a checkpoint. As bytes: the number {@value
 * #MAGIC}, a version, the policy's name and the capacity (both must be those of the memory that
 * takes the bytes over), the number of examples seen, the examples by part, and a CRC-32 of all
 * that.
 *
 * @param seen how many examples were offered
 * @param parts what is kept
 */
record MemoryState(long seen, List<List<Example>> parts) {
  private static final int MAGIC = 0x52504c59; // RPLY
  private static final int VERSION = 1;

  byte[] toBytes(EpisodicMemory.Policy policy, int capacity) {
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

  static MemoryState of(byte[] state, EpisodicMemory.Policy policy, int capacity) {
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
      return new MemoryState(read, all);
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
