package io.github.palimpsest.api.parameter;

import io.github.palimpsest.api.Stable;
import java.util.Optional;
import java.util.function.BiFunction;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * The weights as a model uses them. A model asks for products with its kernels, so an adapter can
 * answer {@code x W + s (x A) B} without ever forming {@code W + s A B}.
 *
 * <p>All methods throw {@link IllegalArgumentException} if there is no parameter of that name.
 */
@Stable(since = "0.1")
public interface Weights {
  /** The whole tensor. */
  Operand<TFloat32> dense(String name);

  /**
   * The product with a kernel.
   *
   * @param x {@code [n, in]}
   * @param kernel a parameter of shape {@code [in, out]}
   * @return {@code [n, out]}
   */
  Operand<TFloat32> matMul(Operand<TFloat32> x, String kernel);

  /**
   * The product with a transposed table, for an output head {@code [vocabulary, width]}, tied or
   * not.
   *
   * @param x {@code [n, width]}
   * @param table a parameter of shape {@code [vocabulary, width]}
   * @return {@code [n, vocabulary]}
   */
  Operand<TFloat32> matMulTransposed(Operand<TFloat32> x, String table);

  /**
   * Rows of a table by id, for an embedding.
   *
   * @param ids {@code [n]}
   * @param table a parameter of shape {@code [vocabulary, width]}
   * @return {@code [n, width]}
   */
  Operand<TFloat32> rows(Operand<TInt32> ids, String table);

  /**
   * Rows that stand before the input that a table embeds, in the scale of the table's rows: those
   * of an adapter ({@link io.github.palimpsest.api.adapter.InputRows}). A model that can take them
   * has the capability {@link io.github.palimpsest.api.model.RowsBeforeInput} and asks for them
   * where it looks up its input.
   *
   * @param table a parameter of shape {@code [vocabulary, width]}
   * @return {@code [n, width]}, or empty if there are none
   */
  default Optional<Operand<TFloat32>> rowsBefore(String table) {
    return Optional.empty();
  }

  /**
   * The squared length of each column of a kernel, {@code |w_j|^2}. An adapter may compute it
   * without forming the kernel; rule PAR-08 compares it with {@link #dense}.
   *
   * @param tf where to build
   * @param kernel a parameter of shape {@code [in, out]}
   * @return {@code [out]}
   */
  default Operand<TFloat32> columnSquares(Ops tf, String kernel) {
    return tf.sum(tf.math.square(dense(kernel)), tf.constant(0));
  }

  /**
   * Marks a value that one layer of a model passes to the next. Later computations depend on
   * earlier ones only through such values. A backward pass may therefore compute the part between
   * two of them again instead of keeping it, and the part after one of them may be on another
   * device: the weight that the model uses next says of which layer. A model need not mark any.
   *
   * @param x of any shape
   * @return the same value, for the further computation
   */
  default Operand<TFloat32> boundary(Operand<TFloat32> x) {
    return x;
  }

  /**
   * One value for each row, for example the loss of each token, whose computation takes many
   * numbers for each row, for example logits. No row may depend on another one. A runner may
   * compute the values in parts of the rows, one part after another, and compute each part again in
   * the backward pass, so that these numbers never exist for all rows at once. By default, all rows
   * are computed together.
   *
   * @param tf where to build
   * @param x {@code [n, width]}
   * @param labels {@code [n]}
   * @param columns how many numbers a row takes; the runner chooses the parts by it
   * @param values computes the values {@code [m]} of some rows {@code [m, width]} and their labels
   *     {@code [m]}; called once for each part
   * @return {@code [n]}
   */
  default Operand<TFloat32> byRows(
      Ops tf,
      Operand<TFloat32> x,
      Operand<TInt32> labels,
      long columns,
      BiFunction<Operand<TFloat32>, Operand<TInt32>, Operand<TFloat32>> values) {
    return values.apply(x, labels);
  }
}
