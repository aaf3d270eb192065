package io.github.palimpsest.sharpness;

import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.probe.ProbeSite;
import java.util.List;
import java.util.Map;

/** {@code L(w) = 1/2 (w - c)' H (w - c)} in closed form; the loss is a double throughout. */
record QuadraticSite(double[] h, double[] c, float[] w) implements ProbeSite {
  static final String W = "w";

  static WeightSnapshot snapshot(float[] values) {
    return WeightSnapshot.of(Map.of(W, Shape.of(values.length)), Map.of(W, values));
  }

  static WeightVector vector(double[] values) {
    float[] v = new float[values.length];
    for (int i = 0; i < v.length; i++) {
      v[i] = (float) values[i];
    }
    return WeightVector.of(snapshot(v));
  }

  @Override
  public List<ParameterSpec> parameters() {
    return List.of(new ParameterSpec(W, Shape.of(w.length), ParameterSpec.Role.KERNEL));
  }

  @Override
  public WeightSnapshot weights() {
    return snapshot(w);
  }

  @Override
  public WeightSnapshot pretrained() {
    return snapshot(new float[w.length]);
  }

  private double[] slope(WeightSnapshot at) {
    float[] x = at.copy(W);
    double[] g = new double[x.length];
    for (int i = 0; i < g.length; i++) {
      for (int j = 0; j < g.length; j++) {
        g[i] += h[i * g.length + j] * (x[j] - c[j]);
      }
    }
    return g;
  }

  @Override
  public double loss(WeightSnapshot at) {
    float[] x = at.copy(W);
    double[] g = slope(at);
    double loss = 0;
    for (int i = 0; i < g.length; i++) {
      loss += 0.5 * (x[i] - c[i]) * g[i];
    }
    return loss;
  }

  @Override
  public WeightSnapshot gradient(WeightSnapshot at) {
    double[] g = slope(at);
    float[] f = new float[g.length];
    for (int i = 0; i < f.length; i++) {
      f[i] = (float) g[i];
    }
    return snapshot(f);
  }

  @Override
  public double divergence(WeightSnapshot from, WeightSnapshot to) {
    throw new UnsupportedOperationException("a quadratic makes no predictions");
  }

  @Override
  public List<HostArray.Floats> representations(WeightSnapshot at) {
    throw new UnsupportedOperationException("a quadratic has no layers");
  }
}
