package io.github.palimpsest.optimizers.adaptive;

import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Settings;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.OptimizerProvider;
import io.github.palimpsest.api.optimizer.Slot;
import io.github.palimpsest.api.optimizer.StepContext;
import io.github.palimpsest.api.optimizer.Updates;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.ParameterSpec.Role;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.recipe.Schedule;
import io.github.palimpsest.optimizers.technique.Decay;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.linalg.MatMul;
import org.tensorflow.types.TFloat32;

/**
 * GaLore: Adam on the gradient of a kernel in its main subspace. Of a kernel {@code W [m, n]} with
 * {@code m <= n} and {@code m > r}, with the gradient G at the step t counted from 0:
 *
 * <pre>
 *   every T steps:  G = U S V',  P = U[:, :r]           [m, r]
 *   R = P' G,   N = d(R)                                [r, n]
 *   W = W - lr (alpha P N + lambda W)
 * </pre>
 *
 * <p>where d is the direction of {@link Moments}, whose means stay when P changes. Where {@code m >
 * n}, {@code P = V[:, :r]} and {@code R = G P}. All other parameters, and kernels whose shorter
 * side is at most r, are trained by AdamW.
 *
 * <p>Zhao et al. 2024, arXiv:2403.03507, algorithm 2. Deviations: the singular vectors are the
 * eigenvectors of {@code G G'} (of {@code G' G} where {@code m > n}), which is the smaller problem;
 * of each, the element of the largest size is positive, so that its sign is defined. Rules OPT-01
 * to OPT-11 and OPT-28 to OPT-30.
 */
record GaLore(
    Schedule lr, int rank, int interval, double alpha, Moments moments, double weightDecay)
    implements Optimizer {
  static final Setting<Integer> RANK =
      Setting.integer("rank", 4, 1, Integer.MAX_VALUE, "r: dimensions of the subspace");
  static final Setting<Integer> INTERVAL =
      Setting.integer(
          "interval", 200, 1, Integer.MAX_VALUE, "T: steps from one subspace to the next");
  static final Setting<Double> ALPHA =
      Setting.real("alpha", 4, 0, Double.MAX_VALUE, "scale of the steps of projected kernels");
  static final Setting<Double> WEIGHT_DECAY =
      Setting.real(
          "weight-decay", 0, 0, Double.MAX_VALUE, "lambda: decoupled decay, times lr a step");

  static final OptimizerProvider PROVIDER =
      OptimizerProvider.of(
              "galore",
              "GaLore: Adam on the gradients of kernels, projected on their main subspace",
              "every T steps P = U[:, :r] of G = U S V'; R = P' G; W -= lr (alpha P adam(R) +"
                  + " weight-decay W)")
          .settings(
              Adam.LR,
              RANK,
              INTERVAL,
              ALPHA,
              Moments.BETA1,
              Moments.BETA2,
              Moments.EPS,
              WEIGHT_DECAY)
          .traits(
              Traits.of(
                  Onset.FIRST_TASK,
                  Cost.passes(1), // the slots are declared below
                  "Zhao, Zhang, Chen, Wang, Anandkumar and Tian 2024, GaLore: memory-efficient LLM"
                      + " training by gradient low-rank projection (arXiv:2403.03507)"))
          .creates(GaLore::of);

  private static GaLore of(Settings s) {
    Moments means =
        new Moments(s.get(Moments.BETA1), s.get(Moments.BETA2), s.get(Moments.EPS), false);
    return new GaLore(
        s.get(Adam.LR), s.get(RANK), s.get(INTERVAL), s.get(ALPHA), means, s.get(WEIGHT_DECAY));
  }

  /** P, and the means of R, or of G where nothing is projected. */
  @Override
  public List<Slot> slots() {
    return List.of(
        projection(),
        Slot.of("m", p -> Optional.of(projected(p))),
        Slot.of("v", p -> Optional.of(projected(p))));
  }

  private Slot projection() {
    return Slot.of(
        "projection",
        p ->
            isProjected(p)
                ? Optional.of(Shape.of(Math.min(rows(p), columns(p)), rank))
                : Optional.empty());
  }

  /** The shape of R. */
  private Shape projected(ParameterSpec p) {
    if (!isProjected(p)) {
      return p.shape();
    }
    return isWide(p) ? Shape.of(rank, columns(p)) : Shape.of(rows(p), rank);
  }

  private boolean isProjected(ParameterSpec p) {
    return p.role() == Role.KERNEL && p.shape().rank() == 2 && Math.min(rows(p), columns(p)) > rank;
  }

  private static boolean isWide(ParameterSpec p) {
    return rows(p) <= columns(p);
  }

  private static long rows(ParameterSpec p) {
    return p.shape().get(0);
  }

  private static long columns(ParameterSpec p) {
    return p.shape().get(1);
  }

  /** One phase finds the subspace, the other keeps it. */
  @Override
  public int phases() {
    return 2;
  }

  @Override
  public int phaseOf(int task, long step, long totalSteps) {
    return step % interval == 0 ? 0 : 1;
  }

  @Override
  public Updates updates(StepContext c) {
    Ops tf = c.tf();
    Tensors g = c.oracle().gradient(c.params()).tensors();
    Tensors p = subspace(c, g);
    Map<String, Operand<TFloat32>> r = new LinkedHashMap<>();
    for (ParameterSpec w : c.specs()) {
      Operand<TFloat32> x = g.get(w.name());
      r.put(w.name(), isProjected(w) ? down(tf, w, p.get(w.name()), x) : x);
    }
    Tensors low = Tensors.of(r);
    Tensors move = moments.moved(c, lr, low.map(x -> tf.zerosLike(x)), low); // -lr N
    Tensors shrunk =
        Decay.MATRICES.alone(c, c.scheduled((step, total) -> -weightDecay * lr.at(step, total)), g);
    Map<String, Operand<TFloat32>> u = new LinkedHashMap<>();
    for (ParameterSpec w : c.specs()) {
      Operand<TFloat32> x = move.get(w.name());
      u.put(w.name(), isProjected(w) ? up(tf, w, p.get(w.name()), x) : x);
    }
    return new Updates(shrunk.plus(tf, Tensors.of(u)));
  }

  /** P of each projected kernel, found in the first phase. */
  private Tensors subspace(StepContext c, Tensors g) {
    Tensors old = projection().old(c);
    if (c.phase() != 0) {
      return old;
    }
    Map<String, Operand<TFloat32>> p = new LinkedHashMap<>();
    for (ParameterSpec w : c.specs()) {
      if (isProjected(w)) {
        p.put(w.name(), SymmetricEigen.singularVectors(c.tf(), g.get(w.name()), isWide(w), rank));
      }
    }
    c.slots().next(projection().name(), Tensors.of(p));
    return Tensors.of(p);
  }

  /** {@code P' G}, or {@code G P}. */
  private static Operand<TFloat32> down(
      Ops tf, ParameterSpec w, Operand<TFloat32> p, Operand<TFloat32> g) {
    return isWide(w) ? tf.linalg.matMul(p, g, MatMul.transposeA(true)) : tf.linalg.matMul(g, p);
  }

  /** {@code alpha P N}, or {@code alpha N P'}. */
  private Operand<TFloat32> up(Ops tf, ParameterSpec w, Operand<TFloat32> p, Operand<TFloat32> n) {
    Operand<TFloat32> back =
        isWide(w) ? tf.linalg.matMul(p, n) : tf.linalg.matMul(n, p, MatMul.transposeB(true));
    return tf.math.mul(tf.constant((float) alpha), back);
  }
}
