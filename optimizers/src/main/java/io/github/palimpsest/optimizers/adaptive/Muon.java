package io.github.palimpsest.optimizers.adaptive;

import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Settings;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.OptimizerProvider;
import io.github.palimpsest.api.optimizer.StepContext;
import io.github.palimpsest.api.optimizer.Updates;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.ParameterSpec.Role;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.recipe.Schedule;
import java.util.LinkedHashMap;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.linalg.MatMul;
import org.tensorflow.types.TFloat32;

/**
 * Muon for the matrices that inputs are multiplied with, another optimizer for everything else:
 *
 * <pre>
 *   b = momentum b + g,   m = g + momentum b  (b without nesterov)
 *   o = m orthogonalised: X = m / |m|, then n times X = a X + (b A + c A A) X with A = X X'
 *   w = w - lr (max(1, rows / columns)^(1/2) o + weight-decay w)
 * </pre>
 *
 * <p>Jordan et al. 2024 (kellerjordan.github.io/posts/muon), with their a, b, c = 3.4445, -4.7750,
 * 2.0315; rows are the outputs of a kernel. Rules OPT-01 to OPT-11.
 */
record Muon(
    Schedule lr,
    double momentum,
    boolean nesterov,
    int iterations,
    double weightDecay,
    Optimizer rest)
    implements Optimizer {
  static final Setting<Schedule> LR =
      Setting.schedule("lr", 0.02, 0, Double.MAX_VALUE, "learning rate of the kernels");
  static final Setting<Double> MOMENTUM =
      Setting.real("momentum", 0.95, 0, 1, "share of the last direction that is kept");
  static final Setting<Boolean> NESTEROV =
      Setting.flag("nesterov", true, "look ahead along the momentum");
  static final Setting<Integer> ITERATIONS =
      Setting.integer("iterations", 5, 1, 100, "n: Newton-Schulz iterations");
  static final Setting<Double> WEIGHT_DECAY =
      Setting.real("weight-decay", 0, 0, Double.MAX_VALUE, "decoupled decay of the kernels");
  static final Setting<Optimizer> REST =
      Setting.optimizer("rest", "adamw", "the optimizer of everything that is not a kernel");

  static final OptimizerProvider PROVIDER =
      OptimizerProvider.of(
              "muon",
              "Muon: orthogonalised momentum for kernels, another optimizer for the rest",
              "b = momentum b + g; o = newton-schulz(g + momentum b); w -= lr (max(1, rows /"
                  + " columns)^(1/2) o + weight-decay w)")
          .settings(LR, MOMENTUM, NESTEROV, ITERATIONS, WEIGHT_DECAY, REST)
          .traits(Muon::traits)
          .creates(
              s ->
                  new Muon(
                      s.get(LR),
                      s.get(MOMENTUM),
                      s.get(NESTEROV),
                      s.get(ITERATIONS),
                      s.get(WEIGHT_DECAY),
                      s.get(REST)));

  private static Traits traits(Settings s) {
    Cost other = s.nested(REST).orElseThrow().traits().cost();
    return Traits.of(
        Onset.FIRST_TASK,
        Cost.passes(other.passesPerStep()).slots(Math.max(1, other.slotsPerParameter())),
        "Jordan, Jin, Boza, You, Cesista, Newhouse and Bernstein 2024, Muon: an optimizer for"
            + " hidden layers in neural networks");
  }

  private static boolean orthogonalised(ParameterSpec p) {
    return (p.role() == Role.KERNEL || p.role() == Role.ADAPTER) && p.shape().rank() == 2;
  }

  @Override
  public int phases() {
    return rest.phases();
  }

  @Override
  public int phaseOf(int task, long step, long totalSteps) {
    return rest.phaseOf(task, step, totalSteps);
  }

  @Override
  public Updates updates(StepContext whole) {
    StepContext c = whole.withOracle(whole.oracle().remembering());
    Map<String, Operand<TFloat32>> updates = new LinkedHashMap<>();
    StepContext others = c.withParams(p -> !orthogonalised(p));
    if (!others.specs().isEmpty()) {
      updates.putAll(rest.updates(others.scope(REST.key())).tensors().byName());
    }
    StepContext kernels = c.withParams(Muon::orthogonalised);
    if (!kernels.specs().isEmpty()) {
      updates.putAll(kernels(kernels).byName());
    }
    return new Updates(c.params().tensors().mapNamed((name, w) -> updates.get(name)));
  }

  private Tensors kernels(StepContext c) {
    Ops tf = c.tf();
    Tensors w = c.params().tensors();
    Tensors g = c.oracle().gradient(c.params()).tensors();
    Operand<TFloat32> mu = tf.constant((float) momentum);
    Tensors b = c.slots().old("momentum", w, 0).scale(tf, mu).plus(tf, g);
    c.slots().next("momentum", b);
    Tensors m = nesterov ? g.plus(tf, b.scale(tf, mu)) : b;
    Tensors o =
        m.mapNamed(
            (name, x) -> {
              long in = w.get(name).shape().get(0);
              long out = w.get(name).shape().get(1);
              double scale = Math.sqrt(Math.max(1, (double) out / in));
              return tf.math.mul(
                  tf.constant((float) scale), orthogonal(tf, x, in > out, iterations));
            });
    if (weightDecay != 0) {
      o = o.plus(tf, w.scale(tf, tf.constant((float) weightDecay)));
    }
    return o.scale(tf, tf.math.neg(c.scheduled(lr)));
  }

  /** All singular values of m brought near 1; works on the smaller of the two Gram matrices. */
  private static Operand<TFloat32> orthogonal(
      Ops tf, Operand<TFloat32> m, boolean tall, int iterations) {
    Operand<TFloat32> a = tf.constant(3.4445f);
    Operand<TFloat32> b = tf.constant(-4.7750f);
    Operand<TFloat32> c = tf.constant(2.0315f);
    Operand<TFloat32> norm = Tensors.of(Map.of("m", m)).norm(tf);
    Operand<TFloat32> x = tf.math.divNoNan(m, norm);
    for (int i = 0; i < iterations; i++) {
      Operand<TFloat32> gram =
          tall
              ? tf.linalg.matMul(x, x, MatMul.transposeA(true))
              : tf.linalg.matMul(x, x, MatMul.transposeB(true));
      Operand<TFloat32> p =
          tf.math.add(tf.math.mul(b, gram), tf.math.mul(c, tf.linalg.matMul(gram, gram)));
      x = tf.math.add(tf.math.mul(a, x), tall ? tf.linalg.matMul(x, p) : tf.linalg.matMul(p, x));
    }
    return x;
  }
}
