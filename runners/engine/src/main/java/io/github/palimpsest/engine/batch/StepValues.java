package io.github.palimpsest.engine.batch;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;

/**
 * Values of all examples of a step, where the graph has one micro-batch at a time: the host
 * collects them from every micro-batch and feeds all of them to the pass that uses them.
 */
public final class StepValues {
  private final Ops tf;
  private final Map<Placeholder<TFloat32>, float[]> present = new LinkedHashMap<>();
  private List<Value> requested = new ArrayList<>();

  /**
   * Values that the host collects.
   *
   * @param own those of the micro-batch at hand, {@code [n]}
   * @param all those of the whole step
   */
  public record Value(Operand<TFloat32> own, Placeholder<TFloat32> all) {}

  /** Nothing is requested yet. */
  public StepValues(Ops tf) {
    this.tf = tf;
  }

  /** What is requested from now on belongs to this list. */
  public void into(List<Value> list) {
    requested = list;
  }

  /**
   * The values of a batch, constant in gradients.
   *
   * @param counted 0 for a row that only fills an empty selection, and has no value; null for none
   */
  public static Operand<TFloat32> own(
      Ops tf, Operand<TFloat32> perExample, @Nullable Operand<TFloat32> counted) {
    Operand<TFloat32> constant = tf.stopGradient(perExample);
    return counted == null
        ? constant
        : tf.gatherNd(constant, tf.where(tf.math.greater(counted, tf.constant(0f))));
  }

  /** Requests the values of the whole step. */
  public Operand<TFloat32> all(Operand<TFloat32> own) {
    Placeholder<TFloat32> all = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1)));
    // a fetch needs an output of its own
    requested.add(new Value(tf.identity(own), all));
    return all;
  }

  /** Sets the values of a step, from those of its micro-batches in order. */
  public void set(Value value, List<float[]> ofMicroBatches) {
    float[] all = new float[ofMicroBatches.stream().mapToInt(v -> v.length).sum()];
    int filled = 0;
    for (float[] own : ofMicroBatches) {
      System.arraycopy(own, 0, all, filled, own.length);
      filled += own.length;
    }
    present.put(value.all(), all);
  }

  /**
   * Feeds all values that are set.
   *
   * @param fed gets the tensors, to be closed after the run
   */
  public void feed(Session.Runner runner, List<Tensor> fed) {
    present.forEach(
        (placeholder, values) -> {
          Tensor tensor = TFloat32.vectorOf(values);
          runner.feed(placeholder, tensor);
          fed.add(tensor);
        });
  }

  /** Forgets the values of a step. */
  public void clear() {
    present.clear();
  }
}
