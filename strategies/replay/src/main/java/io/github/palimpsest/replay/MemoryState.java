package io.github.palimpsest.replay;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.data.Example;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;

/**
 * What an {@link EpisodicMemory} holds, as part of a checkpoint. As bytes: the number {@value
 * #MAGIC}, a version, what the memory is set to (it must be the same for the memory that takes the
 * bytes over), the numbers and examples below, and a CRC-32 of all that.
 *
 * @param seen how many examples were offered
 * @param parts what is kept: one part for all tasks together, or one for each
 * @param keys of the examples of the only part, where they are kept by key
 * @param bound keys from here on are not kept
 */
record MemoryState(long seen, List<List<Example>> parts, List<Long> keys, long bound) {
  static final MemoryState EMPTY = new MemoryState(0, List.of(), List.of(), Long.MAX_VALUE);

  private static final int MAGIC = 0x52504c59; // RPLY
  private static final int VERSION = 2;

  MemoryState with(List<List<Example>> otherParts) {
    return new MemoryState(seen, otherParts, keys, bound);
  }

  byte[] toBytes(Map<String, String> memory) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(MAGIC);
      out.writeInt(VERSION);
      for (String value : memory.values()) {
        out.writeUTF(value);
      }
      out.writeLong(seen);
      out.writeLong(bound);
      out.writeInt(keys.size());
      for (long key : keys) {
        out.writeLong(key);
      }
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

  static MemoryState of(byte[] state, Map<String, String> memory) {
    int body = state.length - Long.BYTES;
    if (body < 0 || ByteBuffer.wrap(state, body, Long.BYTES).getLong() != crc(state, body)) {
      throw new PalimpsestException(
          "the rehearsal state of " + state.length + " bytes is damaged: its checksum is wrong");
    }
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(state, 0, body))) {
      require("marker", MAGIC, in.readInt());
      require("version", VERSION, in.readInt());
      for (Map.Entry<String, String> setting : memory.entrySet()) {
        require(setting.getKey(), setting.getValue(), in.readUTF());
      }
      long seen = in.readLong();
      long bound = in.readLong();
      List<Long> keys = new ArrayList<>();
      for (int k = in.readInt(); k > 0; k--) {
        keys.add(in.readLong());
      }
      List<List<Example>> parts = new ArrayList<>();
      for (int p = in.readInt(); p > 0; p--) {
        List<Example> part = new ArrayList<>();
        for (int e = in.readInt(); e > 0; e--) {
          part.add(Example.read(in));
        }
        parts.add(part);
      }
      require("number of bytes left over", 0, in.available());
      return new MemoryState(seen, parts, keys, bound);
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
