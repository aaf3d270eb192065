package io.github.palimpsest.engine.batch;

import io.github.palimpsest.api.optimizer.Examples;
import io.github.palimpsest.api.optimizer.Examples.Places;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;

/**
 * The rows of a micro-batch that a call of the oracle selects and the host determines: examples
 * selected by place and, with accumulation, examples selected by the rise of their loss after all
 * micro-batches have been examined.
 */
public final class ChosenRows {
  private final Ops tf;
  private final Map<Examples, Rows> known = new LinkedHashMap<>();

  /**
   * Placeholders for some rows.
   *
   * @param at the rows, {@code [n]}; never empty
   * @param counted 1, or 0 for a row that only fills an empty selection, {@code [n]}
   */
  public record Rows(Placeholder<TInt32> at, Placeholder<TFloat32> counted) {}

  /**
   * Rows that the graph finds.
   *
   * @param at the rows, {@code [n]}
   * @param counted 1, or 0 for a row that only fills an empty selection, {@code [n]}
   */
  public record Found(Operand<TInt32> at, Operand<TFloat32> counted) {}

  /**
   * A micro-batch's place in its step.
   *
   * @param first the place of its first example
   * @param size the number of its examples
   */
  public record Micro(int first, int size) {
    /** The rows of examples that are selected by place. */
    public int[] rows(Places places) {
      int[] rows = new int[size];
      int n = 0;
      for (int i = 0; i < size; i++) {
        if (places.hold((long) first + i)) {
          rows[n++] = i;
        }
      }
      return Arrays.copyOf(rows, n);
    }
  }

  /** No rows are chosen yet. */
  public ChosenRows(Ops tf) {
    this.tf = tf;
  }

  /** The rows of some examples. */
  public Rows rows(Examples of) {
    return known.computeIfAbsent(
        of,
        o ->
            new Rows(
                tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(-1))),
                tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1)))));
  }

  /**
   * Chooses within the graph, which has all examples of the step at once.
   *
   * @param rise of the loss per target token, for each row that {@code among} selects first
   */
  public Found risen(Examples.Rising of, Operand<TFloat32> rise) {
    Operand<TFloat64> n = tf.dtypes.cast(tf.size(rise), TFloat64.class);
    Operand<TInt32> k =
        tf.dtypes.cast(tf.math.ceil(tf.math.mul(tf.constant(of.share()), n)), TInt32.class);
    Operand<TFloat32> least = tf.min(tf.nn.topK(rise, k, TInt32.class).values(), tf.constant(0));
    Operand<TInt32> found =
        tf.dtypes.cast(
            tf.reshape(tf.where(tf.math.greaterEqual(rise, least)), tf.constant(new int[] {-1})),
            TInt32.class);
    if (of.among().equals(Examples.ALL)) {
      return new Found(found, tf.onesLike(tf.gather(rise, found, tf.constant(0))));
    }
    Rows among = rows(of.among());
    return new Found(
        tf.gather(among.at(), found, tf.constant(0)),
        tf.gather(among.counted(), found, tf.constant(0)));
  }

  /**
   * Feeds the rows of one micro-batch.
   *
   * @param risen the rows of examples selected by their rise, as far as they have been found
   * @return to be closed after the run
   */
  public List<Tensor> feed(Session.Runner runner, Micro micro, Map<Examples, int[]> risen) {
    List<Tensor> fed = new ArrayList<>();
    known.forEach(
        (of, rows) -> {
          int[] chosen = of instanceof Places places ? micro.rows(places) : risen.get(of);
          if (chosen != null) {
            // models need not support an empty batch: one row that does not count replaces it
            boolean none = chosen.length == 0;
            float[] counted = new float[Math.max(1, chosen.length)];
            Arrays.fill(counted, none ? 0 : 1);
            feed(runner, rows.at(), TInt32.vectorOf(none ? new int[1] : chosen), fed);
            feed(runner, rows.counted(), TFloat32.vectorOf(counted), fed);
          }
        });
    return fed;
  }

  private static void feed(Session.Runner runner, Operand<?> at, Tensor value, List<Tensor> fed) {
    runner.feed(at, value);
    fed.add(value);
  }

  /**
   * The rows whose examples rise most, over all micro-batches together.
   *
   * @param of the selection
   * @param rises the rises in each micro-batch, for the rows that {@code among} selects first
   * @param cut the micro-batches
   * @return for each micro-batch
   */
  public static List<int[]> risen(Examples.Rising of, List<float[]> rises, List<Micro> cut) {
    List<int[]> rows = cut.stream().map(m -> m.rows(of.among())).toList();
    int n = rows.stream().mapToInt(r -> r.length).sum();
    float[] sorted = new float[n];
    int filled = 0;
    for (int m = 0; m < rows.size(); m++) {
      System.arraycopy(rises.get(m), 0, sorted, filled, rows.get(m).length);
      filled += rows.get(m).length;
    }
    Arrays.sort(sorted);
    float least = sorted[n - of.size(n)];
    List<int[]> chosen = new ArrayList<>();
    for (int m = 0; m < rows.size(); m++) {
      int[] among = rows.get(m);
      float[] own = rises.get(m);
      chosen.add(
          IntStream.range(0, among.length)
              .filter(i -> own[i] >= least)
              .map(i -> among[i])
              .toArray());
    }
    return chosen;
  }
}
