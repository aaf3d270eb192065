package io.github.palimpsest.engine.weights;

import io.github.palimpsest.api.parameter.Shape;

/** Shapes as the API and as TensorFlow write them: the one place where one becomes the other. */
public final class Shapes {
  private Shapes() {}

  /** A shape for TensorFlow; sizes that are not fixed stay so. */
  public static org.tensorflow.ndarray.Shape of(Shape shape) {
    return org.tensorflow.ndarray.Shape.of(shape.toArray());
  }

  /**
   * A shape of TensorFlow's.
   *
   * @throws IllegalArgumentException if not even its rank is known
   */
  public static Shape from(org.tensorflow.ndarray.Shape shape) {
    if (shape.isUnknown()) {
      throw new IllegalArgumentException("a tensor of unknown rank has no shape");
    }
    return Shape.of(shape.asArray());
  }
}
