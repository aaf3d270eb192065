package io.github.palimpsest.engine.batch;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * Inputs of a step that no model reads: the task of each example, and the fields that a rehearsal
 * has attached to its examples. A graph has placeholders for the inputs that were requested while
 * it was built.
 */
public final class RehearsedFeed {
  /** The origin of an example that belongs to no task. */
  public static final int NO_TASK = -1;

  private final Ops tf;
  private final ToIntFunction<Example> origin;
  private final Map<String, Placeholder<TFloat32>> attached = new TreeMap<>();
  private @Nullable Placeholder<TInt32> origins;

  /**
   * @param origin the task of an example, or {@link #NO_TASK}
   */
  public RehearsedFeed(Ops tf, ToIntFunction<Example> origin) {
    this.tf = tf;
    this.origin = origin;
  }

  /** {@code [batch]}: 1 for an example of a task, else 0. */
  public Operand<TFloat32> of(int wanted) {
    Placeholder<TInt32> known = origins;
    if (known == null) {
      known = tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(-1)));
      origins = known;
    }
    return tf.dtypes.cast(tf.math.equal(known, tf.constant(wanted)), TFloat32.class);
  }

  /** A field of the examples, {@code [batch, rows, columns]}. */
  public Operand<TFloat32> attached(String field) {
    return attached.computeIfAbsent(
        field, f -> tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, -1, -1))));
  }

  /** Values for every placeholder. */
  public Map<Placeholder<?>, HostArray> arrays(List<Example> examples) {
    Map<Placeholder<?>, HostArray> arrays = new LinkedHashMap<>();
    Placeholder<TInt32> known = origins;
    if (known != null) {
      int[] tasks = examples.stream().mapToInt(origin).toArray();
      arrays.put(known, new HostArray.Ints(tasks, tasks.length));
    }
    attached.forEach((field, p) -> arrays.put(p, padded(field, examples)));
    return arrays;
  }

  private static HostArray.Floats padded(String field, List<Example> examples) {
    int rows = 1;
    int columns = 1;
    for (Example e : examples) {
      if (e.fields().get(field) instanceof HostArray.Floats f) {
        rows = Math.max(rows, rows(f));
        columns = Math.max(columns, columns(f));
      }
    }
    float[] all = new float[Math.multiplyExact(Math.multiplyExact(examples.size(), rows), columns)];
    for (int i = 0; i < examples.size(); i++) {
      if (examples.get(i).fields().get(field) instanceof HostArray.Floats f) {
        for (int row = 0; row < rows(f); row++) {
          f.values().get(row * columns(f), all, (i * rows + row) * columns, columns(f));
        }
      }
    }
    return new HostArray.Floats(all, examples.size(), rows, columns);
  }

  private static int rows(HostArray.Floats array) {
    return array.shape().length == 1 ? 1 : Math.toIntExact(array.shape()[0]);
  }

  private static int columns(HostArray.Floats array) {
    return Math.toIntExact(array.shape()[array.shape().length - 1]);
  }
}
