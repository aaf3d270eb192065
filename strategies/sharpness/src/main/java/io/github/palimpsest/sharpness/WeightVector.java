package io.github.palimpsest.sharpness;

import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.probe.ProbeSite;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleSupplier;
import java.util.function.ToDoubleBiFunction;

/**
 * All weights as one vector. Values are floats, as in the model; sums are taken in double.
 * Immutable.
 */
final class WeightVector {
  private final SortedMap<String, Shape> shapes;
  private final SortedMap<String, float[]> values;

  private WeightVector(SortedMap<String, Shape> shapes, SortedMap<String, float[]> values) {
    this.shapes = shapes;
    this.values = values;
  }

  static WeightVector of(WeightSnapshot snapshot) {
    TreeMap<String, Shape> shapes = new TreeMap<>();
    TreeMap<String, float[]> values = new TreeMap<>();
    for (String name : snapshot.names()) {
      shapes.put(name, snapshot.shape(name));
      values.put(name, snapshot.copy(name));
    }
    return new WeightVector(shapes, values);
  }

  /** Independent draws of the shape of a site's weights, in the order of its parameters. */
  static WeightVector draw(ProbeSite site, DoubleSupplier draws) {
    TreeMap<String, Shape> shapes = new TreeMap<>();
    TreeMap<String, float[]> values = new TreeMap<>();
    for (ParameterSpec p : site.parameters()) {
      float[] v = new float[Math.toIntExact(p.shape().size())];
      for (int i = 0; i < v.length; i++) {
        v[i] = (float) draws.getAsDouble();
      }
      shapes.put(p.name(), p.shape());
      values.put(p.name(), v);
    }
    return new WeightVector(shapes, values);
  }

  WeightSnapshot snapshot() {
    return WeightSnapshot.computed(shapes, values::get);
  }

  Shape shape(String name) {
    return shapes.get(name);
  }

  float[] read(String name) {
    return values.get(name);
  }

  /** {@code this + factor * other}. */
  WeightVector plus(double factor, WeightVector other) {
    return zip(other, (a, b) -> a + factor * b);
  }

  /** {@code factor * this}. */
  WeightVector scale(double factor) {
    return zip(this, (a, same) -> factor * a);
  }

  WeightVector zip(WeightVector other, DoubleBinaryOperator f) {
    TreeMap<String, float[]> result = new TreeMap<>();
    values.forEach(
        (name, a) -> {
          float[] b = other.values.get(name);
          float[] c = new float[a.length];
          for (int i = 0; i < c.length; i++) {
            c[i] = (float) f.applyAsDouble(a[i], b[i]);
          }
          result.put(name, c);
        });
    return new WeightVector(shapes, result);
  }

  /** A function of each tensor's name and each of its values. */
  WeightVector mapNamed(ToDoubleBiFunction<String, Float> f) {
    return mapTensors(
        (name, a) -> {
          float[] c = new float[a.length];
          for (int i = 0; i < c.length; i++) {
            c[i] = (float) f.applyAsDouble(name, a[i]);
          }
          return c;
        });
  }

  /** A function of each tensor. */
  WeightVector mapTensors(BiFunction<String, float[], float[]> f) {
    TreeMap<String, float[]> result = new TreeMap<>();
    values.forEach((name, a) -> result.put(name, f.apply(name, a)));
    return new WeightVector(shapes, result);
  }

  /** {@code <this, other>}. */
  double dot(WeightVector other) {
    double sum = 0;
    for (String name : values.keySet()) {
      float[] a = values.get(name);
      float[] b = other.values.get(name);
      for (int i = 0; i < a.length; i++) {
        sum += (double) a[i] * b[i];
      }
    }
    return sum;
  }

  /** {@code |this|}. */
  double norm() {
    return Math.sqrt(dot(this));
  }
}
