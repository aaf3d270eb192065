package io.github.palimpsest.lora;

import io.github.palimpsest.api.NearestName;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * The tensors of a PEFT adapter: under {@code base_model.model.MODULE}, {@code lora_A.weight [r,
 * in]}, {@code lora_B.weight [out, r]} and, with DoRA, {@code lora_magnitude_vector [out]}. Here a
 * matrix is the transpose of that, and a magnitude is kept as its distance from the norm of the
 * base's column.
 */
final class PeftTensors {
  /** Before the name of every module. */
  static final String PREFIX = "base_model.model.";

  private static final String WEIGHT = ".weight";

  private PeftTensors() {}

  /** The module that a kernel belongs to. */
  static String module(String kernel) {
    return kernel.endsWith(WEIGHT)
        ? kernel.substring(0, kernel.length() - WEIGHT.length())
        : kernel;
  }

  /** PEFT's names of the trained parameters of some kernels, by our names. */
  static Map<String, String> names(Iterable<String> kernels, boolean dora) {
    TreeMap<String, String> names = new TreeMap<>();
    for (String kernel : kernels) {
      String module = PREFIX + module(kernel);
      names.put(LowRank.a(kernel), module + ".lora_A.weight");
      names.put(LowRank.b(kernel), module + ".lora_B.weight");
      if (dora) {
        names.put(Dora.d(kernel), module + ".lora_magnitude_vector");
      }
    }
    return names;
  }

  /** Trained parameters in PEFT's names and layout. */
  static WeightSnapshot exported(
      Map<String, String> names, WeightSnapshot trainable, Function<String, double[]> norms) {
    TreeMap<String, Shape> shapes = new TreeMap<>();
    Map<String, String> ours = new TreeMap<>();
    names.forEach(
        (our, peft) -> {
          shapes.put(peft, reversed(trainable.shape(our)));
          ours.put(peft, our);
        });
    return WeightSnapshot.computed(
        shapes,
        peft -> {
          String our = ours.get(peft);
          return our.startsWith(Dora.PREFIX)
              ? shifted(trainable.copy(our), norms.apply(our), 1)
              : transposed(trainable.copy(our), trainable.shape(our));
        });
  }

  /**
   * PEFT's tensors as trained parameters.
   *
   * @throws PalimpsestException if a tensor is missing, unknown or has another shape; names it
   */
  static WeightSnapshot imported(
      Map<String, String> names,
      List<ParameterSpec> trainable,
      WeightSnapshot peft,
      Function<String, double[]> norms) {
    TreeSet<String> left = new TreeSet<>(peft.names());
    TreeMap<String, Shape> shapes = new TreeMap<>();
    TreeMap<String, float[]> values = new TreeMap<>();
    for (ParameterSpec p : trainable) {
      String name = names.get(p.name());
      require(left, name);
      left.remove(name);
      Shape found = peft.shape(name);
      if (!reversed(found).equals(p.shape())) {
        throw new PalimpsestException(
            "tensor '%s' of the adapter has shape %s, and the model needs %s"
                .formatted(name, found, reversed(p.shape())));
      }
      float[] v = peft.copy(name);
      shapes.put(p.name(), p.shape());
      values.put(
          p.name(),
          p.name().startsWith(Dora.PREFIX)
              ? shifted(v, norms.apply(p.name()), -1)
              : transposed(v, found));
    }
    if (!left.isEmpty()) {
      throw new PalimpsestException(
          "tensor '" + left.first() + "' of the adapter is not in the model");
    }
    return WeightSnapshot.of(shapes, values);
  }

  static void require(Collection<String> names, String name) {
    if (!names.contains(name)) {
      throw new PalimpsestException(
          "the adapter has no tensor '" + name + "'" + NearestName.hint(name, names));
    }
  }

  private static Shape reversed(Shape shape) {
    return shape.rank() == 2 ? Shape.of(shape.get(1), shape.get(0)) : shape;
  }

  private static float[] transposed(float[] from, Shape shape) {
    int columns = Math.toIntExact(shape.get(1));
    int rows = from.length / columns;
    float[] to = new float[from.length];
    for (int i = 0; i < from.length; i++) {
      to[i % columns * rows + i / columns] = from[i];
    }
    return to;
  }

  private static float[] shifted(float[] values, double[] by, int sign) {
    for (int j = 0; j < values.length; j++) {
      values[j] = (float) (values[j] + sign * by[j]);
    }
    return values;
  }
}
