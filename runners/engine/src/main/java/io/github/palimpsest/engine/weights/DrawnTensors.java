package io.github.palimpsest.engine.weights;

import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** Fixed random tensors of one graph; the host has their values only until its session begins. */
public final class DrawnTensors {
  /** The beginning of the names of their variables. */
  public static final String PREFIX = "drawn/";

  private final SortedMap<String, Shape> shapes = new TreeMap<>();
  private final Map<String, float[]> values = new TreeMap<>();

  /**
   * Draws a tensor, or finds it if it was drawn before.
   *
   * @param store the variables of the graph
   * @throws IllegalArgumentException if the values do not fill the shape
   */
  public Operand<TFloat32> variable(
      ParameterStore store, String name, Shape shape, Supplier<float[]> draw) {
    if (shapes.putIfAbsent(name, shape) == null) {
      float[] drawn = draw.get();
      if (drawn.length != shape.size()) {
        throw new IllegalArgumentException(
            drawn.length + " values drawn for '" + name + "' of shape " + shape);
      }
      values.put(name, drawn);
    }
    return store.variable(PREFIX + name, shape, 0);
  }

  /** Gives the values away to the variables; call this once. */
  public WeightSnapshot taken() {
    Map<String, float[]> taken = new TreeMap<>(values);
    values.clear();
    return WeightSnapshot.computed(shapes, taken::get);
  }
}
