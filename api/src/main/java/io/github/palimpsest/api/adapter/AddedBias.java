package io.github.palimpsest.api.adapter;

import io.github.palimpsest.api.Experimental;
import io.github.palimpsest.api.parameter.ForwardingWeights;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.parameter.Weights;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * A bias that is added to the product with a kernel of the model, {@code y = x W + b}, where the
 * model has none. It is no tensor of the model, so it cannot be merged into one: the merged weights
 * of an adapter have it under a name of its own, and a runner adds it wherever it uses them
 * (PAR-11).
 */
@Experimental(since = "0.2")
public final class AddedBias {
  private static final String SUFFIX = "+bias";

  private final String kernel;
  private final ParameterSpec parameter;

  private AddedBias(String kernel, ParameterSpec parameter) {
    this.kernel = kernel;
    this.parameter = parameter;
  }

  /**
   * The bias of the product with a kernel.
   *
   * @param kernel a parameter of shape {@code [in, out]}
   * @throws IllegalArgumentException if it has another number of dimensions
   */
  public static AddedBias of(ParameterSpec kernel) {
    if (kernel.shape().rank() != 2) {
      throw new IllegalArgumentException(
          "a bias is added to the product with a matrix, and '"
              + kernel.name()
              + "' has the shape "
              + kernel.shape());
    }
    return new AddedBias(
        kernel.name(),
        new ParameterSpec(
            name(kernel.name()),
            Shape.of(kernel.shape().get(1)),
            ParameterSpec.Role.ADAPTER,
            kernel.layer()));
  }

  /** The name of the bias of a kernel, which no tensor of a model has. */
  public static String name(String kernel) {
    return kernel + SUFFIX;
  }

  /** The kernel to whose product it is added. */
  public String kernel() {
    return kernel;
  }

  /** Its name, its shape {@code [out]} and the layer of its kernel. */
  public ParameterSpec parameter() {
    return parameter;
  }

  /** The added biases that weights have for parameters of a model. */
  public static List<AddedBias> in(WeightSnapshot weights, List<ParameterSpec> parameters) {
    return parameters.stream()
        .filter(p -> p.shape().rank() == 2 && weights.names().contains(name(p.name())))
        .map(AddedBias::of)
        .toList();
  }

  /** The names of the added biases among those of weights. */
  public static SortedSet<String> names(WeightSnapshot weights) {
    SortedSet<String> names = new TreeSet<>(weights.names());
    names.removeIf(name -> !name.endsWith(SUFFIX));
    return names;
  }

  /**
   * Weights with biases added to products.
   *
   * @param tf where to build
   * @param weights the weights without them
   * @param biases those of any of the kernels, by {@link #name}
   */
  public static Weights on(Ops tf, Weights weights, Tensors biases) {
    return new ForwardingWeights() {
      @Override
      public Weights weights() {
        return weights;
      }

      @Override
      public Operand<TFloat32> matMul(Operand<TFloat32> x, String kernel) {
        Operand<TFloat32> product = weights.matMul(x, kernel);
        return biases.names().contains(name(kernel))
            ? tf.math.add(product, biases.get(name(kernel)))
            : product;
      }
    };
  }

  @Override
  public String toString() {
    return parameter.toString();
  }
}
