package io.github.palimpsest.tck.rig;

import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.function.DoubleBinaryOperator;
import java.util.function.ToDoubleFunction;

/**
 * Host values by name, with the arithmetic of one long vector.
 *
 * @param values the values of each tensor, row-major
 */
public record Named(Map<String, float[]> values) {
  /** The number of units in the last place that a sum and its difference may lose. */
  private static final int ROUNDINGS = 4;

  /** The values of a snapshot. */
  public static Named of(WeightSnapshot snapshot) {
    Map<String, float[]> values = new LinkedHashMap<>();
    snapshot.names().forEach(n -> values.put(n, snapshot.copy(n)));
    return new Named(values);
  }

  /** One value for each element of each parameter, by its place in the whole. */
  public static Named of(List<ParameterSpec> specs, ToDoubleFunction<Integer> value) {
    Map<String, float[]> values = new LinkedHashMap<>();
    int place = 0;
    for (ParameterSpec p : specs) {
      float[] v = new float[Math.toIntExact(p.shape().size())];
      for (int i = 0; i < v.length; i++) {
        v[i] = (float) value.applyAsDouble(place++);
      }
      values.put(p.name(), v);
    }
    return new Named(values);
  }

  /** The next values, one array for each name. */
  public static Named of(Collection<String> names, Iterator<float[]> values) {
    Map<String, float[]> named = new LinkedHashMap<>();
    names.forEach(name -> named.put(name, values.next()));
    return new Named(named);
  }

  /** A snapshot of parameters with these values. */
  public WeightSnapshot snapshot(Collection<ParameterSpec> specs) {
    Map<String, Shape> shapes = new TreeMap<>();
    specs.forEach(p -> shapes.put(p.name(), p.shape()));
    return WeightSnapshot.of(shapes, values);
  }

  /** Copies in double precision. */
  public Map<String, double[]> doubles() {
    Map<String, double[]> all = new LinkedHashMap<>();
    values.forEach(
        (name, v) -> {
          double[] copy = new double[v.length];
          for (int i = 0; i < v.length; i++) {
            copy[i] = v[i];
          }
          all.put(name, copy);
        });
    return all;
  }

  /** One tensor by itself. */
  public Named only(String name) {
    return new Named(Map.of(name, values.get(name)));
  }

  /** {@code f} of each pair of elements. */
  public Named zip(Named other, DoubleBinaryOperator f) {
    Map<String, float[]> result = new LinkedHashMap<>();
    values.forEach(
        (name, a) -> {
          float[] b = other.values.get(name);
          if (b == null || b.length != a.length) {
            throw new IllegalStateException(
                "tensor '" + name + "' of one side has no like among " + other.values.keySet());
          }
          float[] r = new float[a.length];
          for (int i = 0; i < r.length; i++) {
            r[i] = (float) f.applyAsDouble(a[i], b[i]);
          }
          result.put(name, r);
        });
    return new Named(result);
  }

  /** {@code this + other}, in single precision as a graph adds. */
  public Named plus(Named other) {
    return zip(other, (a, b) -> (float) a + (float) b);
  }

  /** {@code this - other}. */
  public Named minus(Named other) {
    return zip(other, (a, b) -> (float) a - (float) b);
  }

  /** {@code factor * this}. */
  public Named scale(double factor) {
    return zip(this, (a, b) -> factor * a);
  }

  /** The Euclidean norm. */
  public double norm() {
    return Math.sqrt(dot(this));
  }

  /** The scalar product. */
  public double dot(Named other) {
    double sum = 0;
    for (Map.Entry<String, float[]> e : values.entrySet()) {
      float[] b = other.values.get(e.getKey());
      for (int i = 0; i < b.length; i++) {
        sum += (double) e.getValue()[i] * b[i];
      }
    }
    return sum;
  }

  /** Whether every element is finite. */
  public boolean finite() {
    for (float[] v : values.values()) {
      for (float x : v) {
        if (!Float.isFinite(x)) {
          return false;
        }
      }
    }
    return true;
  }

  /** Whether every element is 0. */
  public boolean zero() {
    return values.values().stream().allMatch(v -> allZero(v));
  }

  private static boolean allZero(float[] v) {
    for (float x : v) {
      if (x != 0) {
        return false;
      }
    }
    return true;
  }

  /** Whether names and all bits agree, +0 and -0 counting as equal. */
  public boolean same(Named other) {
    return values.keySet().equals(other.values.keySet())
        && values.entrySet().stream()
            .allMatch(e -> sameBits(e.getValue(), other.values.get(e.getKey())));
  }

  private static boolean sameBits(float[] a, float[] b) {
    if (a.length != b.length) {
      return false;
    }
    for (int i = 0; i < a.length; i++) {
      if (a[i] != b[i] && Float.floatToIntBits(a[i]) != Float.floatToIntBits(b[i])) {
        return false;
      }
    }
    return true;
  }

  /**
   * Whether every element equals that of the other except for its last bits, as w + e - e equals w.
   */
  public boolean sameButForRounding(Named other) {
    return minus(other)
        .zip(
            other,
            (difference, w) -> Math.abs(difference) <= ROUNDINGS * Math.ulp((float) w) ? 0 : 1)
        .zero();
  }

  /** Whether adding this to the other moves each element towards 0, and none past it. */
  public boolean shrinks(Named other) {
    return zip(other, (u, w) -> u == 0 || (u * w < 0 && Math.abs(u) <= Math.abs(w)) ? 0 : 1).zero();
  }

  /** {@code |this - other| <= relative * max(|this|, |other|) + absolute}. */
  public boolean near(Named other, double relative, double absolute) {
    return finite()
        && other.finite()
        && minus(other).norm() <= relative * Math.max(norm(), other.norm()) + absolute;
  }

  /** The factor c with {@code this = c * other} to a relative 1e-4, or NaN if there is none. */
  public double multipleOf(Named other) {
    double square = other.dot(other);
    double c = dot(other) / square;
    return square > 0 && finite() && near(other.scale(c), 1e-4, 0) ? c : Double.NaN;
  }

  /** A short text that differs where one bit of one value does. */
  public String digest() {
    StringBuilder all = new StringBuilder();
    new TreeMap<>(values)
        .forEach((name, v) -> all.append(name).append('=').append(Arrays.hashCode(v)).append(' '));
    return all.toString();
  }

  /** A few digits of the first elements of each tensor. */
  @Override
  public String toString() {
    StringJoiner all = new StringJoiner(" ");
    // in one order, so that expected and actual values can be compared
    new TreeMap<>(values)
        .forEach(
            (name, v) -> {
              StringJoiner row = new StringJoiner(", ", name + "=[", v.length > 4 ? ", ...]" : "]");
              for (float x : Arrays.copyOf(v, Math.min(v.length, 4))) {
                row.add(String.format(Locale.ROOT, "%.6g", x));
              }
              all.add(row.toString());
            });
    return all.toString();
  }
}
