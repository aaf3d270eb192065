package io.github.palimpsest.optimizers.sharpness;

import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Settings;
import io.github.palimpsest.api.optimizer.Ascent;
import io.github.palimpsest.api.optimizer.Evaluated;
import io.github.palimpsest.api.optimizer.GradientOracle;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.OptimizerByTask;
import io.github.palimpsest.api.optimizer.OptimizerProvider;
import io.github.palimpsest.api.optimizer.StepContext;
import io.github.palimpsest.api.optimizer.Updates;
import io.github.palimpsest.api.optimizer.Wrapper;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.recipe.Schedule;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * LookSAM over any base optimizer: SAM every k-th step, and its direction in between:
 *
 * <pre>
 *   g = grad(w)
 *   steps 0, k, 2k, ...: p = grad(w + rho g / |g|);  v = p - (&lt;p, g&gt; / |g|^2) g;  base step with p
 *   other steps:         base step with g + alpha (|g| / |v|) v
 * </pre>
 *
 * <p>Liu et al. 2022, arXiv:2203.02714. Products and norms are over all parameters together, or,
 * with {@code direction=tensor}, for each tensor by itself as in pytorch_optimizer. Each kind of
 * step is a phase, so the steps in between make one pass. Rules OPT-04 to OPT-06.
 */
record LookSam(
    Optimizer base, Schedule rho, int k, double alpha, Direction direction, Ascent ascent)
    implements Wrapper {
  /** Over what products and norms are taken. */
  enum Direction {
    /** All parameters together. */
    GLOBAL,
    /** Each tensor by itself. */
    TENSOR
  }

  private static final float EPS = 1e-8f;

  static final Setting<Integer> K =
      Setting.integer("k", 5, 1, Integer.MAX_VALUE, "steps from one ascent to the next");
  static final Setting<Double> ALPHA =
      Setting.real("alpha", 0.7, 0, Double.MAX_VALUE, "length of the kept direction against g");
  static final Setting<Direction> DIRECTION =
      Setting.choice(
          "direction",
          Direction.class,
          Direction.GLOBAL,
          "products and norms over all parameters, or for each tensor");

  static final OptimizerProvider PROVIDER =
      OptimizerProvider.of(
              "looksam",
              "LookSAM: SAM every k-th step, its direction re-used in between",
              "every k steps p = grad(w + rho g / |g|), v = p - (<p, g> / |g|^2) g, base step with"
                  + " p; otherwise base step with g + alpha (|g| / |v|) v")
          .settings(
              Sam.RHO, K, ALPHA, DIRECTION, Ascent.ASCENT, Ascent.SPACE, ActingTasks.TASKS, BASE)
          .traits(
              s ->
                  Wrapper.traits(
                      s,
                      1 + 1.0 / s.get(K),
                      1,
                      "Liu, Mai, Chen, Hsieh and You 2022, Towards efficient and scalable"
                          + " sharpness-aware minimization (arXiv:2203.02714)"))
          .with(OptimizerByTask.class, ActingTasks.BY_TASK)
          .creates(s -> ActingTasks.only(s, create(s)));

  private static LookSam create(Settings s) {
    Wrapper.requireOneGradient("looksam", s);
    return new LookSam(
        s.get(BASE), s.get(Sam.RHO), s.get(K), s.get(ALPHA), s.get(DIRECTION), Ascent.of(s));
  }

  @Override
  public int phases() {
    return 2 * base.phases();
  }

  @Override
  public int phaseOf(int task, long step, long totalSteps) {
    return 2 * base.phaseOf(task, step, totalSteps) + (step % k == 0 ? 0 : 1);
  }

  @Override
  public Updates updates(StepContext c) {
    GradientOracle oracle =
        Wrapper.once(
            "looksam",
            (w, terms, of) -> {
              if (c.phase() % 2 != 0) {
                return between(c, c.oracle().at(w, terms, of));
              }
              Evaluated foot = ascent.foot(c, w, terms, of);
              Tensors climbed = ascent.space(c).gradient(foot).tensors();
              Tensors e = Ascent.toRadius(c.tf(), climbed, c.scheduled(rho));
              return kept(c, foot.gradients().tensors(), ascent.top(c, w, e, terms, of));
            });
    return base.updates(Wrapper.inner(c).withPhase(c.phase() / 2).withOracle(oracle));
  }

  private Evaluated kept(StepContext c, Tensors g, Evaluated top) {
    Ops tf = c.tf();
    Tensors p = top.gradients().tensors();
    Function<String, Operand<TFloat32>> along =
        scalar(p, g, (a, b) -> tf.math.divNoNan(a.dot(tf, b), b.dot(tf, b)));
    c.slots().old("direction", c.params().tensors(), 0);
    c.slots()
        .next(
            "direction",
            p.mapNamed((name, x) -> tf.math.sub(x, tf.math.mul(along.apply(name), g.get(name)))));
    return top;
  }

  private Evaluated between(StepContext c, Evaluated at) {
    Ops tf = c.tf();
    Tensors g = at.gradients().tensors();
    Tensors v = c.slots().old("direction", c.params().tensors(), 0);
    Operand<TFloat32> share = tf.constant((float) alpha);
    Operand<TFloat32> eps = tf.constant(EPS);
    Function<String, Operand<TFloat32>> length =
        scalar(
            g,
            v,
            (a, b) -> tf.math.mul(share, tf.math.div(a.norm(tf), tf.math.add(b.norm(tf), eps))));
    Tensors looked =
        g.mapNamed((name, x) -> tf.math.add(x, tf.math.mul(length.apply(name), v.get(name))));
    return at.with(looked);
  }

  /** A number of two vectors: one for all parameters together, or one for each tensor. */
  private Function<String, Operand<TFloat32>> scalar(
      Tensors a, Tensors b, BiFunction<Tensors, Tensors, Operand<TFloat32>> of) {
    if (direction == Direction.GLOBAL) {
      Operand<TFloat32> one = of.apply(a, b);
      return name -> one;
    }
    return name ->
        of.apply(Tensors.of(Map.of(name, a.get(name))), Tensors.of(Map.of(name, b.get(name))));
  }
}
