package io.github.palimpsest.api.data;

import io.github.palimpsest.api.Stable;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One training example, tokenised and ready for a model.
 *
 * @param id unique in the whole experiment, for example {@code task-name/17}
 * @param tokens its length, for budgets in tokens; 1 if that has no meaning
 * @param fields the arrays from which the model's inputs are made
 */
@Stable(since = "0.1")
public record Example(String id, int tokens, SortedMap<String, HostArray> fields) {
  /**
   * Copies the fields.
   *
   * @throws IllegalArgumentException if {@code tokens} is negative
   */
  public Example {
    if (tokens < 0) {
      throw new IllegalArgumentException("example '" + id + "' has " + tokens + " tokens");
    }
    TreeMap<String, HostArray> byName = new TreeMap<>();
    byName.putAll(fields);
    fields = Collections.unmodifiableSortedMap(byName);
  }

  /**
   * Writes the example so that {@link #read} gives an equal one.
   *
   * @throws IOException if the stream cannot be written
   */
  public void write(DataOutput out) throws IOException {
    out.writeUTF(id);
    out.writeInt(tokens);
    out.writeInt(fields.size());
    for (Map.Entry<String, HostArray> e : fields.entrySet()) {
      out.writeUTF(e.getKey());
      HostArray array = e.getValue();
      out.writeBoolean(array instanceof HostArray.Ints);
      out.writeInt(array.shape().length);
      for (long d : array.shape()) {
        out.writeLong(d);
      }
      if (array instanceof HostArray.Ints ints) {
        for (int v : ints.toArray()) {
          out.writeInt(v);
        }
      } else if (array instanceof HostArray.Floats floats) {
        for (float v : floats.toArray()) {
          out.writeInt(Float.floatToRawIntBits(v));
        }
      }
    }
  }

  /**
   * Reads the output of {@link #write}.
   *
   * @throws IOException if the stream ends too early or cannot be read
   */
  public static Example read(DataInput in) throws IOException {
    String id = in.readUTF();
    int tokens = in.readInt();
    int count = in.readInt();
    TreeMap<String, HostArray> fields = new TreeMap<>();
    for (int f = 0; f < count; f++) {
      String name = in.readUTF();
      boolean ints = in.readBoolean();
      long[] shape = new long[in.readInt()];
      long size = 1;
      for (int d = 0; d < shape.length; d++) {
        shape[d] = in.readLong();
        size *= shape[d];
      }
      int[] bits = new int[Math.toIntExact(size)];
      for (int i = 0; i < bits.length; i++) {
        bits[i] = in.readInt();
      }
      if (ints) {
        fields.put(name, new HostArray.Ints(bits, shape));
      } else {
        float[] values = new float[bits.length];
        for (int i = 0; i < bits.length; i++) {
          values[i] = Float.intBitsToFloat(bits[i]);
        }
        fields.put(name, new HostArray.Floats(values, shape));
      }
    }
    return new Example(id, tokens, fields);
  }
}
