package io.github.palimpsest.classifier;

import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.ParameterSpec.Role;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/** The parameters of a classifier and their first values. */
final class ClassifierParameters {
  static final String EMBEDDING = "embedding.weight";
  static final String POSITIONS = "positions.weight";
  static final String NORM = "norm";
  static final String HEAD = "head.weight";
  static final String HEAD_BIAS = "head.bias";

  /** The width of the inner states of a feed-forward block, in widths of the model. */
  static final int EXPANSION = 4;

  private ClassifierParameters() {}

  /** The name of a part of a layer. */
  static String layer(int layer, String part) {
    return "layers." + layer + "." + part;
  }

  static String weight(String part) {
    return part + ".weight";
  }

  static String bias(String part) {
    return part + ".bias";
  }

  /** All parameters, in the order in which initial weights are drawn. */
  static List<ParameterSpec> of(ClassifierShape shape, int classes) {
    List<ParameterSpec> all = new ArrayList<>();
    int width = shape.width();
    all.add(new ParameterSpec(EMBEDDING, Shape.of(shape.rows(), width), Role.EMBEDDING));
    if (shape.network() == ClassifierShape.Network.MLP) {
      for (int i = 0; i < shape.layers(); i++) {
        product(all, layer(i, "dense"), width, width, i);
      }
    } else {
      all.add(new ParameterSpec(POSITIONS, Shape.of(shape.positions(), width), Role.EMBEDDING));
      for (int i = 0; i < shape.layers(); i++) {
        norm(all, layer(i, "attention_norm"), width, i);
        for (String part : List.of("query", "key", "value", "output")) {
          product(all, layer(i, "attention." + part), width, width, i);
        }
        norm(all, layer(i, "feed_forward_norm"), width, i);
        product(all, layer(i, "feed_forward.up"), width, EXPANSION * width, i);
        product(all, layer(i, "feed_forward.down"), EXPANSION * width, width, i);
      }
      norm(all, NORM, width, -1);
    }
    all.add(new ParameterSpec(HEAD, Shape.of(classes, width), Role.HEAD));
    all.add(new ParameterSpec(HEAD_BIAS, Shape.of(classes), Role.BIAS));
    return List.copyOf(all);
  }

  private static void product(List<ParameterSpec> all, String part, int in, int out, int layer) {
    all.add(new ParameterSpec(weight(part), Shape.of(in, out), Role.KERNEL, layer));
    all.add(new ParameterSpec(bias(part), Shape.of(out), Role.BIAS, layer));
  }

  private static void norm(List<ParameterSpec> all, String part, int width, int layer) {
    all.add(new ParameterSpec(weight(part), Shape.of(width), Role.NORM, layer));
    all.add(new ParameterSpec(bias(part), Shape.of(width), Role.NORM, layer));
  }

  static WeightSnapshot initial(List<ParameterSpec> parameters, RandomGenerator rng) {
    SortedMap<String, Shape> shapes = new TreeMap<>();
    SortedMap<String, float[]> values = new TreeMap<>();
    for (ParameterSpec p : parameters) {
      float[] v = new float[Math.toIntExact(p.shape().size())];
      if (p.shape().rank() == 2) {
        // a kernel is [in, out], a table [rows, width]
        double deviation = 1 / Math.sqrt(p.shape().get(p.role() == Role.KERNEL ? 0 : 1));
        for (int i = 0; i < v.length; i++) {
          v[i] = (float) (deviation * rng.nextGaussian());
        }
      } else if (p.role() == Role.NORM && p.name().endsWith(".weight")) {
        Arrays.fill(v, 1);
      }
      shapes.put(p.name(), p.shape());
      values.put(p.name(), v);
    }
    return WeightSnapshot.computed(shapes, values::get);
  }
}
