package io.github.palimpsest.optimizers.adaptive;

import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Settings;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.optimizer.ClosedSteps;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.OptimizerProvider;
import io.github.palimpsest.api.optimizer.StepContext;
import io.github.palimpsest.api.optimizer.Term;
import io.github.palimpsest.api.optimizer.Updates;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.recipe.Schedule;
import io.github.palimpsest.optimizers.technique.Decay;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Sophia-G: the momentum divided by a running diagonal of the Gauss-Newton matrix, and clipped
 * element by element, with decoupled weight decay lambda:
 *
 * <pre>
 *   m = beta1 m + (1 - beta1) g
 *   steps 0, k, 2k, ...: g' = grad of the mean loss of B labels drawn from the model
 *                        h = beta2 h + (1 - beta2) B g'^2
 *   w = w - lr (clip(m / max(gamma h, eps), 1) + lambda w)
 * </pre>
 *
 * <p>Liu et al. 2023, arXiv:2305.14342, algorithms 2 (Gauss-Newton-Bartlett) and 3. The mean of
 * {@code B g'^2} over the draws is the diagonal of the Gauss-Newton matrix of the data loss, where
 * B is the number of target tokens of the step and every token has the weight 1; tokens that weigh
 * w count as {@code w^2} instead of w. Penalties are descended and have no part in h. As in the
 * paper, m and h start at 0 and no bias is corrected, so the first steps are longer than later ones
 * of the same gradient where h is small, and never longer than lr for an element. Deviations: norms
 * and biases do not decay by default; an optimizer around this one that changes gradients, such as
 * {@code clip-norm}, changes g' too. The other estimate of the paper, Sophia-H, needs products with
 * the Hessian and is not here. An estimate takes one pass, which has all logits of a micro-batch at
 * once. Rules OPT-01 to OPT-12, OPT-14 and OPT-31.
 */
record SophiaG(
    Schedule lr,
    double beta1,
    double beta2,
    double gamma,
    double eps,
    int k,
    double weightDecay,
    Decay decay)
    implements Optimizer {
  private static final Set<Term> DATA = Set.of(Term.DATA);

  static final Setting<Schedule> LR =
      Setting.schedule(
          "lr", 1e-3, 0, Double.MAX_VALUE, "learning rate: the longest step of an element");
  static final Setting<Double> BETA1 =
      Setting.real("beta1", 0.96, 0, Moments.BELOW_ONE, "decay of the momentum");
  static final Setting<Double> BETA2 =
      Setting.real("beta2", 0.99, 0, Moments.BELOW_ONE, "decay of the curvature, per estimate");
  static final Setting<Double> GAMMA =
      Setting.real(
          "gamma", 0.05, 1e-30, Double.MAX_VALUE, "factor of the curvature; less clips more");
  static final Setting<Double> EPS =
      Setting.real("eps", 1e-12, 1e-30, 1, "the least that the momentum is divided by");
  static final Setting<Integer> K =
      Setting.integer("k", 10, 1, Integer.MAX_VALUE, "steps from one estimate to the next");
  static final Setting<Double> WEIGHT_DECAY =
      Setting.real(
          "weight-decay", 0.01, 0, Double.MAX_VALUE, "lambda: decoupled decay, times lr a step");

  static final OptimizerProvider PROVIDER =
      OptimizerProvider.of(
              "sophia-g",
              "Sophia-G: momentum over a sampled Gauss-Newton diagonal, clipped element by element",
              "m = beta1 m + (1 - beta1) g; every k steps g' = gradient of the mean loss of B labels"
                  + " drawn from the model, h = beta2 h + (1 - beta2) B g'^2; w -= lr (clip(m /"
                  + " max(gamma h, eps), 1) + weight-decay w)")
          .settings(LR, BETA1, BETA2, GAMMA, EPS, K, WEIGHT_DECAY, Decay.DECAY)
          .traits(
              s ->
                  Traits.of(
                      Onset.FIRST_TASK,
                      Cost.passes(1 + 1.0 / s.get(K)).slots(2),
                      "Liu, Li, Hall, Liang and Ma 2023, Sophia: A scalable stochastic second-order"
                          + " optimizer for language model pre-training (arXiv:2305.14342)"))
          .with(ClosedSteps.class, (s, parameters, total) -> of(s).closed(parameters, total))
          .creates(SophiaG::of);

  private static SophiaG of(Settings s) {
    return new SophiaG(
        s.get(LR),
        s.get(BETA1),
        s.get(BETA2),
        s.get(GAMMA),
        s.get(EPS),
        s.get(K),
        s.get(WEIGHT_DECAY),
        s.get(Decay.DECAY));
  }

  /** The equation above on the host, for B = 1 and drawn labels that are the given ones. */
  private ClosedSteps.Training closed(List<ParameterSpec> parameters, long total) {
    Map<String, double[]> m = new HashMap<>();
    Map<String, double[]> h = new HashMap<>();
    return (step, weights, gradient) -> {
      Map<String, double[]> g = gradient.apply(weights);
      Map<String, double[]> next = new LinkedHashMap<>();
      for (ParameterSpec p : parameters) {
        String name = p.name();
        double[] w = weights.get(name).clone();
        double[] mean = m.computeIfAbsent(name, n -> new double[w.length]);
        double[] curvature = h.computeIfAbsent(name, n -> new double[w.length]);
        double lambda = decay.covers(p) ? weightDecay : 0;
        for (int i = 0; i < w.length; i++) {
          double x = g.get(name)[i];
          mean[i] = beta1 * mean[i] + (1 - beta1) * x;
          curvature[i] = step % k == 0 ? beta2 * curvature[i] + (1 - beta2) * x * x : curvature[i];
          double d = mean[i] / Math.max(gamma * curvature[i], eps);
          w[i] -= lr.at(step, total) * (Math.max(-1, Math.min(d, 1)) + lambda * w[i]);
        }
        next.put(name, w);
      }
      return next;
    };
  }

  @Override
  public int phases() {
    return 2;
  }

  @Override
  public int phaseOf(int task, long step, long totalSteps) {
    return step % k == 0 ? 0 : 1;
  }

  @Override
  public Updates updates(StepContext c) {
    Ops tf = c.tf();
    Tensors g = c.oracle().gradient(c.params()).tensors();
    Tensors h = c.phase() == 0 ? estimated(c) : c.slots().old("h", c.params().tensors(), 0);
    Tensors m = Moments.mean(c, "m", g, beta1);
    Operand<TFloat32> factor = tf.constant((float) gamma);
    Operand<TFloat32> least = tf.constant((float) eps);
    Operand<TFloat32> one = tf.constant(1f);
    Tensors d =
        m.zip(
            h,
            (a, b) ->
                tf.clipByValue(
                    tf.math.div(a, tf.math.maximum(tf.math.mul(factor, b), least)),
                    tf.math.neg(one),
                    one));
    return new Updates(decay.added(c, d, weightDecay).scale(tf, tf.math.neg(c.scheduled(lr))));
  }

  /** {@code beta2 h + (1 - beta2) B g'^2}. */
  private Tensors estimated(StepContext c) {
    Ops tf = c.tf();
    Operand<TFloat32> b = c.targetTokens();
    Tensors drawn =
        c.oracle().at(c.params().withSampledLabels("sophia-g"), DATA).gradients().tensors();
    return Moments.mean(c, "h", drawn.map(x -> tf.math.mul(b, tf.math.square(x))), beta2);
  }
}
