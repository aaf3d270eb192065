package io.github.palimpsest.engine.weights;

import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat32;

/** Precomputed values of frozen weights, which are set once per task. */
public final class FrozenWeights implements DenseWeights.Kept {
  private final Ops tf;
  private final ParameterStore store;
  private final String prefix;
  private final Map<String, Operand<TFloat32>> padded = new HashMap<>();
  private final Map<String, Operand<TBfloat16>> narrow = new HashMap<>();

  /** Declares those variables that padding makes faster. */
  public FrozenWeights(Ops tf, ParameterStore store, String prefix, List<ParameterSpec> products) {
    this(tf, store, prefix, products, true, Set.of());
  }

  /**
   * Declares variables of another form than the tensors themselves.
   *
   * @param prefix the prefix of their names
   * @param products the weights that occur in products
   * @param pads whether to pad those that padding makes faster
   * @param bfloat16 the names of those to store in bfloat16, whose values are numbers of it
   */
  public FrozenWeights(
      Ops tf,
      ParameterStore store,
      String prefix,
      List<ParameterSpec> products,
      boolean pads,
      Set<String> bfloat16) {
    this.tf = tf;
    this.store = store;
    this.prefix = prefix;
    for (ParameterSpec p : products) {
      String name = p.name();
      int zeros = pads && DenseWeights.isBetterPadded(p.shape()) ? DenseWeights.ZEROS : 0;
      if (bfloat16.contains(name)) {
        narrow.put(name, store.frozen(prefix + name, p.shape(), zeros, TBfloat16.class));
      } else if (zeros > 0) {
        padded.put(name, store.frozen(prefix + name, p.shape(), zeros, TFloat32.class));
      }
    }
  }

  /** The matrices among some parameters all of whose values are numbers of bfloat16. */
  public static Set<String> inBfloat16(List<ParameterSpec> of, WeightSnapshot values) {
    return of.stream()
        .filter(p -> p.shape().rank() == 2)
        .map(ParameterSpec::name)
        .filter(values::isBfloat16)
        .collect(Collectors.toUnmodifiableSet());
  }

  @Override
  public Optional<Operand<TFloat32>> padded(String name) {
    return Optional.ofNullable(padded.get(name));
  }

  @Override
  public Optional<Operand<TBfloat16>> narrow(String name) {
    return Optional.ofNullable(narrow.get(name));
  }

  @Override
  public Optional<Operand<TFloat32>> columnSquares(String kernel) {
    return store.kept(
        prefix + kernel, "column-squares", w -> tf.sum(tf.math.square(w), tf.constant(0)));
  }
}
