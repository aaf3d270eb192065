package io.github.palimpsest.engine.weights;

import io.github.palimpsest.api.parameter.ParameterSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** What is kept of frozen weights, which are set once a task. */
public final class FrozenWeights implements DenseWeights.Kept {
  private final Ops tf;
  private final ParameterStore store;
  private final String prefix;
  private final Map<String, Operand<TFloat32>> padded = new HashMap<>();

  /**
   * Declares those variables that are better padded.
   *
   * @param prefix of the names of their variables
   * @param products the weights that products are made with
   */
  public FrozenWeights(Ops tf, ParameterStore store, String prefix, List<ParameterSpec> products) {
    this.tf = tf;
    this.store = store;
    this.prefix = prefix;
    for (ParameterSpec p : products) {
      if (DenseWeights.isBetterPadded(p.shape())) {
        String name = p.name();
        padded.put(name, store.padded(prefix + name, p.shape(), DenseWeights.ZEROS));
      }
    }
  }

  @Override
  public Optional<Operand<TFloat32>> padded(String name) {
    return Optional.ofNullable(padded.get(name));
  }

  @Override
  public Optional<Operand<TFloat32>> columnSquares(String kernel) {
    return store.kept(
        prefix + kernel, "column-squares", w -> tf.sum(tf.math.square(w), tf.constant(0)));
  }
}
