package io.github.palimpsest.engine.differentiation;

import io.github.palimpsest.api.optimizer.Gradients;
import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.parameter.Tensors;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Operation;
import org.tensorflow.Output;
import org.tensorflow.internal.c_api.TF_Operation;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** Symbolic gradients. For parameters that a loss does not reach, they are zeros and not errors. */
public final class Differentiation {
  private Differentiation() {}

  /**
   * Derivatives of one scalar.
   *
   * @param gradients with respect to each tensor of a point
   * @param between gradients with respect to intermediate operands, if the scalar depends on them
   */
  public record Derivatives(
      Gradients gradients, Map<Operand<TFloat32>, Operand<TFloat32>> between) {}

  /** The gradient of a scalar with respect to each tensor of a point, for a model without cuts. */
  public static Gradients gradient(Graph graph, Ops tf, Operand<TFloat32> loss, Params point) {
    return derivatives(graph, tf, loss, point, List.of(), List.of()).gradients();
  }

  /**
   * One backward pass for the gradient at a point and for intermediate operands.
   *
   * @param cuts the cuts of the model; the segments before them are recomputed
   */
  public static Derivatives derivatives(
      Graph graph,
      Ops tf,
      Operand<TFloat32> loss,
      Params point,
      Collection<Operand<TFloat32>> between,
      List<Segments.Cut> cuts) {
    Collection<Operand<TFloat32>> at = point.tensors().byName().values();
    Set<Output<TFloat32>> asked = new LinkedHashSet<>();
    at.forEach(x -> asked.add(x.asOutput()));
    between.forEach(x -> asked.add(x.asOutput()));
    cuts.forEach(cut -> asked.add(cut.after().asOutput()));
    Set<Operation> ends = ops(at);
    cuts.forEach(cut -> ends.add(cut.after().op()));
    Map<Output<TFloat32>, Operand<TFloat32>> sums =
        back(graph, List.of(loss), List.of(), themselves(asked), ends);
    if (!cuts.isEmpty()) {
      new Recomputation(graph, tf, cuts, asked, ops(at)).back(sums);
    }
    Tensors gradients =
        point
            .tensors()
            .map(
                x -> {
                  Operand<TFloat32> g = sums.get(x.asOutput());
                  return g != null ? shaped(tf, g, x) : tf.zerosLike(x);
                });
    Map<Operand<TFloat32>, Operand<TFloat32>> passed = new LinkedHashMap<>();
    for (Operand<TFloat32> x : between) {
      Operand<TFloat32> g = sums.get(x.asOutput());
      if (g != null) {
        passed.put(x, g);
      }
    }
    return new Derivatives(new Gradients(gradients), passed);
  }

  /** A gradient with the shape of its tensor: behind some operations the runtime forgets it. */
  private static Operand<TFloat32> shaped(
      Ops tf, Operand<TFloat32> gradient, Operand<TFloat32> of) {
    boolean forgotten = gradient.shape().hasUnknownDimension() && !of.shape().hasUnknownDimension();
    return forgotten ? tf.reshape(gradient, tf.constant(of.shape().asArray())) : gradient;
  }

  /** A map of each value to itself. */
  static Map<Output<TFloat32>, Output<TFloat32>> themselves(Collection<Output<TFloat32>> values) {
    Map<Output<TFloat32>, Output<TFloat32>> map = new LinkedHashMap<>();
    values.forEach(x -> map.put(x, x));
    return map;
  }

  /**
   * The gradient with respect to operands on which some values depend.
   *
   * @param y the values
   * @param dy the gradient of each; none for 1
   * @param x the operands, each by the value that it represents
   * @param ends operations at which the search stops
   * @return the gradients, without operands on which no value depends
   */
  static Map<Output<TFloat32>, Operand<TFloat32>> back(
      Graph graph,
      List<? extends Operand<TFloat32>> y,
      List<? extends Operand<TFloat32>> dy,
      Map<Output<TFloat32>, Output<TFloat32>> x,
      Set<Operation> ends) {
    Set<Operation> reached = Upstream.of(y, ends::contains).reached();
    Map<Output<TFloat32>, Output<TFloat32>> open = new LinkedHashMap<>(x);
    open.values().removeIf(one -> !reached.contains(one.op()));
    Map<Output<TFloat32>, Operand<TFloat32>> found = new LinkedHashMap<>();
    if (!open.isEmpty()) {
      Output<?>[] dx =
          graph.addGradients(
              null, outputs(y), outputs(open.values()), dy.isEmpty() ? null : outputs(dy));
      int i = 0;
      for (Output<TFloat32> key : open.keySet()) {
        if (isThere(dx[i])) {
          found.put(key, dx[i].expect(TFloat32.class));
        }
        i++;
      }
    }
    return found;
  }

  /** The runtime returns no operation if all paths lead through operations without a gradient. */
  private static boolean isThere(Output<?> dx) {
    TF_Operation handle = ((GraphOperation) dx.op()).getUnsafeNativeHandle();
    return handle != null && !handle.isNull();
  }

  private static Output<?>[] outputs(Collection<? extends Operand<TFloat32>> of) {
    return of.stream().map(Operand::asOutput).toArray(Output<?>[]::new);
  }

  /** Whether a value depends on any of some operands. */
  public static boolean depends(Operand<?> value, Collection<? extends Operand<?>> on) {
    Set<Operation> targets = ops(on);
    return !Collections.disjoint(Upstream.of(List.of(value), targets::contains).reached(), targets);
  }

  static Set<Operation> ops(Collection<? extends Operand<?>> operands) {
    Set<Operation> ops = new HashSet<>();
    operands.forEach(o -> ops.add(o.op()));
    return ops;
  }
}
