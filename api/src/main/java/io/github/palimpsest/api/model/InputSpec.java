package io.github.palimpsest.api.model;

import io.github.palimpsest.api.Stable;
import io.github.palimpsest.api.parameter.Shape;

/**
 * An input of a model.
 *
 * @param name unique within the model
 * @param type the element type
 * @param shape dimensions; -1 if batches differ. The first is the example: an oracle that is asked
 *     about a subset of a batch passes a subset of the rows (rule CON-16)
 */
@Stable(since = "0.1")
public record InputSpec(String name, Type type, Shape shape) {
  /** Element types of inputs. */
  public enum Type {
    /** 32-bit integers. */
    INT32,
    /** 32-bit floats. */
    FLOAT32
  }
}
