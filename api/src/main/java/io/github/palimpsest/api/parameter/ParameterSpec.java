package io.github.palimpsest.api.parameter;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.Stable;

/**
 * A parameter of a model or adapter.
 *
 * @param name unique within the model; for Llama models the name in the checkpoint
 * @param shape fully known. A kernel is {@code [in, out]}, an embedding or head {@code [vocabulary,
 *     width]}
 * @param role the function of the parameter: techniques select by role, never by name
 * @param layer the layer that it belongs to, from 0, or -1 for none
 */
@Stable(since = "0.1")
public record ParameterSpec(String name, Shape shape, Role role, int layer) {
  /** The function of a parameter in its model. */
  public enum Role {
    /** A matrix that inputs are multiplied with. */
    KERNEL,
    /** A vector added after a product. */
    BIAS,
    /** The gain or shift of a normalisation. */
    NORM,
    /** A table of vectors looked up by id. */
    EMBEDDING,
    /** The output projection to the vocabulary. */
    HEAD,
    /** A trainable part of an adapter. */
    ADAPTER
  }

  /**
   * @throws PalimpsestException if the name is empty or the shape has an unknown dimension
   */
  public ParameterSpec {
    if (name.isBlank()) {
      throw new PalimpsestException("a parameter needs a name");
    }
    if (!shape.known()) {
      throw new PalimpsestException(
          "parameter '" + name + "' needs a fully known shape, not " + shape);
    }
  }

  /** A parameter that belongs to no layer. */
  public ParameterSpec(String name, Shape shape, Role role) {
    this(name, shape, role, -1);
  }
}
