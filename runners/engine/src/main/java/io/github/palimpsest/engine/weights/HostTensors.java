package io.github.palimpsest.engine.weights;

import io.github.palimpsest.api.data.HostArray;
import java.nio.FloatBuffer;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.ndarray.buffer.FloatDataBuffer;
import org.tensorflow.ndarray.buffer.ShortDataBuffer;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** Copies between host arrays and tensors. A returned array never shares memory with a tensor. */
public final class HostTensors {
  private static final int PIECE = 1 << 14;

  /** Floats that one thread copies at a time. */
  private static final int BLOCK = 1 << 20;

  private HostTensors() {}

  public static Tensor of(HostArray array) {
    Shape shape = Shape.of(array.shape());
    if (array instanceof HostArray.Ints ints) {
      return TInt32.tensorOf(shape, DataBuffers.of(ints.values()));
    }
    return TFloat32.tensorOf(shape, DataBuffers.of(((HostArray.Floats) array).values()));
  }

  /** Copies in pieces through an array, because the library copies buffers element by element. */
  public static TFloat32 of(FloatBuffer values, Shape shape) {
    int first = values.position();
    int size = values.remaining();
    return TFloat32.tensorOf(
        shape,
        tensor -> {
          FloatDataBuffer all = tensor.asRawTensor().data().asFloats();
          Blocks.each(size, BLOCK, (from, to) -> copy(values, first, all, from, to));
        });
  }

  private static void copy(FloatBuffer values, int first, FloatDataBuffer all, int from, int to) {
    float[] piece = new float[Math.min(PIECE, to - from)];
    for (int at = from; at < to; at += piece.length) {
      int n = Math.min(piece.length, to - at);
      values.get(first + at, piece, 0, n);
      all.offset(at).write(piece, 0, n);
    }
  }

  /**
   * Copies a matrix and puts columns of zeros at its right.
   *
   * @param shape of the matrix without them
   */
  static TFloat32 padded(FloatBuffer values, Shape shape, int zeros) {
    int first = values.position();
    int rows = Math.toIntExact(shape.get(0));
    int columns = Math.toIntExact(shape.get(1));
    int wide = columns + zeros;
    return TFloat32.tensorOf(
        Shape.of(rows, wide),
        tensor -> {
          FloatDataBuffer all = tensor.asRawTensor().data().asFloats();
          Blocks.each(
              rows,
              Math.max(1, BLOCK / wide),
              (from, to) -> {
                float[] row = new float[wide];
                for (int r = from; r < to; r++) {
                  values.get(first + r * columns, row, 0, columns);
                  all.offset((long) r * wide).write(row, 0, wide);
                }
              });
        });
  }

  /** Copies a tensor of floats, or of numbers in bfloat16. */
  public static float[] floats(Tensor tensor) {
    if (tensor instanceof TBfloat16 narrow) {
      return widened(narrow);
    }
    TFloat32 t = (TFloat32) tensor;
    float[] values = new float[Math.toIntExact(t.size())];
    t.asRawTensor().data().asFloats().read(values);
    return values;
  }

  private static float[] widened(TBfloat16 tensor) {
    float[] values = new float[Math.toIntExact(tensor.size())];
    ShortDataBuffer all = tensor.asRawTensor().data().asShorts();
    short[] piece = new short[Math.min(PIECE, values.length)];
    for (int at = 0; at < values.length; at += piece.length) {
      int n = Math.min(piece.length, values.length - at);
      all.offset(at).read(piece, 0, n);
      for (int i = 0; i < n; i++) {
        values[at + i] = Float.intBitsToFloat(piece[i] << Short.SIZE);
      }
    }
    return values;
  }

  public static HostArray array(Tensor tensor) {
    long[] shape = tensor.shape().asArray();
    if (tensor instanceof TInt32 ints) {
      int[] values = new int[Math.toIntExact(ints.size())];
      ints.asRawTensor().data().asInts().read(values);
      return new HostArray.Ints(values, shape);
    }
    return new HostArray.Floats(floats(tensor), shape);
  }
}
