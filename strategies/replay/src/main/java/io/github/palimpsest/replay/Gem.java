package io.github.palimpsest.replay;

import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.optimizer.Gradients;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.rehearsal.RehearsalProvider;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;

/**
 * Gradient episodic memory: a step must not raise the loss of any finished task, to first order.
 *
 * <pre>
 *   g  where all &lt;g, r_k&gt; &gt;= 0,  else  g + sum_k v_k r_k
 *   v = argmin over v &gt;= margin of  1/2 v' R R' v + (R g)' v,   R = [r_1, r_2, ...]
 * </pre>
 *
 * <p>with {@code r_k} the gradient on the rehearsed examples of task {@code k}: the dual of the
 * projection onto the cone of the constraints. Lopez-Paz and Ranzato 2017, arXiv:1706.08840,
 * equations 8 to 11; the margin is their memory strength. Deviations: the paper's r_k is over the
 * whole memory of a task, and here over its examples that are drawn for the step ({@code ratio} and
 * {@code capacity} say how many); the authors' code adds 0.001 to the diagonal of R R'. The program
 * has as many unknowns as there are finished tasks, and is solved in the graph from the Gram
 * matrix, by {@value #SWEEPS} sweeps of coordinate descent (Hildreth 1957), each of which is exact
 * for one unknown.
 *
 * @param margin at least 0
 */
record Gem(double margin) implements ConstrainedReplay {
  private static final int SWEEPS = 30;
  private static final Setting<Double> MARGIN =
      Setting.real("margin", 0.5, 0, Double.MAX_VALUE, "least weight of each task's gradient");

  /** One more backward pass for each finished task; the declared cost is for one task. */
  static final RehearsalProvider PROVIDER =
      RehearsalProvider.of(
              "gem",
              "Gradient episodic memory: no step may raise the loss on any finished task's examples",
              "g + sum_k v_k r_k where some <g, r_k> < 0; v = argmin over v >= margin of"
                  + " 1/2 |R'v|^2 + (R g)'v")
          .settings(
              RATIO,
              MARGIN,
              RehearsalSettings.CAPACITY,
              RehearsalSettings.BUDGET,
              RehearsalSettings.RING_POLICY)
          .traits(
              s ->
                  ConstrainedReplay.traits(
                      s,
                      "Lopez-Paz and Ranzato 2017, Gradient episodic memory for continual learning,"
                          + " arXiv:1706.08840"))
          .creates(s -> ConstrainedReplay.of(s, new Gem(s.get(MARGIN))));

  @Override
  public boolean perTask() {
    return true;
  }

  @Override
  public Gradients constrained(Ops tf, Gradients gradient, List<Gradients> references) {
    Tensors g = gradient.tensors();
    List<Tensors> r = references.stream().map(Gradients::tensors).toList();
    List<Operand<TFloat32>> products = r.stream().map(k -> k.dot(tf, g)).toList();
    List<Operand<TFloat32>> v = multipliers(tf, gram(tf, r), products);
    Tensors moved = g;
    for (int k = 0; k < r.size(); k++) {
      moved = moved.plus(tf, r.get(k).scale(tf, v.get(k)));
    }
    Operand<TFloat32> least = products.get(0);
    for (Operand<TFloat32> p : products) {
      least = tf.math.minimum(least, p);
    }
    Operand<TBool> violated = tf.math.less(least, tf.constant(0f));
    return new Gradients(moved.zip(g, (there, here) -> tf.select(violated, there, here)));
  }

  private static List<List<Operand<TFloat32>>> gram(Ops tf, List<Tensors> r) {
    List<List<Operand<TFloat32>>> gram = new ArrayList<>();
    for (int k = 0; k < r.size(); k++) {
      List<Operand<TFloat32>> row = new ArrayList<>();
      for (int l = 0; l < r.size(); l++) {
        row.add(l < k ? gram.get(l).get(k) : r.get(k).dot(tf, r.get(l)));
      }
      gram.add(row);
    }
    return gram;
  }

  private List<Operand<TFloat32>> multipliers(
      Ops tf, List<List<Operand<TFloat32>>> gram, List<Operand<TFloat32>> products) {
    int count = products.size();
    Operand<TFloat32> least = tf.constant((float) margin);
    List<Operand<TFloat32>> v = new ArrayList<>();
    List<Operand<TFloat32>> rows = new ArrayList<>();
    for (int k = 0; k < count; k++) {
      v.add(least);
      rows.add(tf.stack(gram.get(k)));
    }
    for (int sweep = 0; sweep < (count == 1 ? 1 : SWEEPS); sweep++) {
      for (int k = 0; k < count; k++) {
        Operand<TFloat32> slope =
            tf.math.add(
                products.get(k), tf.sum(tf.math.mul(rows.get(k), tf.stack(v)), tf.constant(0)));
        Operand<TFloat32> step = tf.math.divNoNan(slope, gram.get(k).get(k));
        v.set(k, tf.math.maximum(least, tf.math.sub(v.get(k), step)));
      }
    }
    return v;
  }
}
