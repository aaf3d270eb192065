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
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.recipe.Schedule;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Shampoo: each matrix {@code W [m, n]} with the gradient G is preconditioned from both sides:
 *
 * <pre>
 *   L = L + G G',   R = R + G' G          from L = eps I [m, m], R = eps I [n, n]
 *   W = W - lr L^(-1/4) G R^(-1/4)
 * </pre>
 *
 * <p>A tensor of another order than 2 keeps the diagonal of its statistic alone: {@code h = h +
 * g^2} from eps, {@code w = w - lr h^(-1/2) g}, which for a vector is the diagonal of Shampoo of
 * order 1. A side of a matrix with more than {@code max-side} rows or columns keeps the diagonal of
 * L or R alone, and its root is that of each element.
 *
 * <p>Gupta, Koren and Singer 2018, arXiv:1802.09568, algorithm 1. Roots are those of the
 * eigenvalues; L and R are at least {@code eps I}, so an eigenvalue that rounding puts below eps
 * counts as eps. With {@code interval=K} the roots of every K-th step are kept for the next steps,
 * while L and R grow in each. There is no momentum, no grafting and no weight decay. Rules OPT-01
 * to OPT-11 and OPT-28 to OPT-30.
 */
record Shampoo(Schedule lr, double eps, int interval, int maxSide) implements Optimizer {
  static final Setting<Schedule> LR =
      Setting.schedule("lr", 0.01, 0, Double.MAX_VALUE, "learning rate");
  static final Setting<Double> EPS =
      Setting.real("eps", 1e-4, 1e-12, 1e6, "L and R before the first step, times I");
  static final Setting<Integer> INTERVAL =
      Setting.integer(
          "interval",
          1,
          1,
          Integer.MAX_VALUE,
          "K: steps from one computation of roots to the next");
  static final Setting<Integer> MAX_SIDE =
      Setting.integer(
          "max-side", 1024, 1, 1 << 14, "longest side of a matrix with a full preconditioner");

  static final OptimizerProvider PROVIDER =
      OptimizerProvider.of(
              "shampoo",
              "Shampoo: preconditions matrices from both sides by the roots of summed gradients",
              "L += G G'; R += G' G; W -= lr L^(-1/4) G R^(-1/4)")
          .settings(LR, EPS, INTERVAL, MAX_SIDE)
          .traits(
              Traits.of(
                  Onset.FIRST_TASK,
                  Cost.passes(1), // the slots are declared below
                  "Gupta, Koren and Singer 2018, Shampoo: preconditioned stochastic tensor"
                      + " optimization (arXiv:1802.09568)"))
          .creates(Shampoo::of);

  private static Shampoo of(Settings s) {
    return new Shampoo(s.get(LR), s.get(EPS), s.get(INTERVAL), s.get(MAX_SIDE));
  }

  /** A side of matrices: rows, or columns. */
  private enum Side {
    L(0),
    R(1);

    private final int dimension;

    Side(int dimension) {
      this.dimension = dimension;
    }

    /** What G adds to the diagonal of the statistic: the sums of squares over the other side. */
    Operand<TFloat32> squares(Ops tf, Operand<TFloat32> g) {
      return tf.sum(tf.math.square(g), tf.constant(1 - dimension));
    }
  }

  /** L and R, their roots if these are kept, and h. */
  @Override
  public List<Slot> slots() {
    return Stream.concat(
            Stream.of(Side.values()).flatMap(s -> Stream.of(statistic(s), root(s))),
            Stream.of(diagonal()))
        .filter(slot -> interval > 1 || !slot.name().endsWith(ROOT))
        .toList();
  }

  private static final String ROOT = "-root";

  private Slot statistic(Side side) {
    return Slot.of(side.name(), p -> shape(p, side))
        .startingAs((p, w) -> start(shape(p, side).orElseThrow()))
        .onlyInFloat32();
  }

  private Slot root(Side side) {
    return Slot.of(side.name() + ROOT, p -> shape(p, side)).onlyInFloat32();
  }

  private Slot diagonal() {
    return Slot.of("h", p -> isMatrix(p) ? Optional.empty() : Optional.of(p.shape()))
        .filledWith((float) eps)
        .onlyInFloat32();
  }

  private static boolean isMatrix(ParameterSpec p) {
    return p.shape().rank() == 2;
  }

  private boolean isFull(ParameterSpec p, Side side) {
    return p.shape().get(side.dimension) <= maxSide;
  }

  private Optional<Shape> shape(ParameterSpec p, Side side) {
    if (!isMatrix(p)) {
      return Optional.empty();
    }
    long k = p.shape().get(side.dimension);
    return Optional.of(isFull(p, side) ? Shape.of(k, k) : Shape.of(k));
  }

  /** {@code eps I}, or its diagonal. */
  private float[] start(Shape shape) {
    float[] values = new float[Math.toIntExact(shape.size())];
    if (shape.rank() == 1) {
      Arrays.fill(values, (float) eps);
      return values;
    }
    int k = Math.toIntExact(shape.get(0));
    for (int i = 0; i < k; i++) {
      values[i * k + i] = (float) eps;
    }
    return values;
  }

  @Override
  public int phases() {
    return interval > 1 ? 2 : 1;
  }

  @Override
  public int phaseOf(int task, long step, long totalSteps) {
    return step % interval == 0 ? 0 : 1;
  }

  @Override
  public Updates updates(StepContext c) {
    Ops tf = c.tf();
    Tensors g = c.oracle().gradient(c.params()).tensors();
    Tensors l = roots(c, g, Side.L);
    Tensors r = roots(c, g, Side.R);
    Tensors h = diagonal().old(c).mapNamed((n, x) -> tf.math.add(x, tf.math.square(g.get(n))));
    c.slots().next(diagonal().name(), h);
    Map<String, Operand<TFloat32>> d = new LinkedHashMap<>();
    for (ParameterSpec p : c.specs()) {
      Operand<TFloat32> x = g.get(p.name());
      d.put(
          p.name(),
          isMatrix(p)
              ? fromRight(tf, p, fromLeft(tf, p, l.get(p.name()), x), r.get(p.name()))
              : tf.math.mul(x, tf.math.rsqrt(h.get(p.name()))));
    }
    return new Updates(Tensors.of(d).scale(tf, tf.math.neg(c.scheduled(lr))));
  }

  /** {@code L^(-1/4)} or {@code R^(-1/4)} of each matrix, after the sum has grown. */
  private Tensors roots(StepContext c, Tensors g, Side side) {
    Ops tf = c.tf();
    Tensors old = statistic(side).old(c);
    Map<String, Operand<TFloat32>> grown = new LinkedHashMap<>();
    for (ParameterSpec p : c.specs()) {
      if (isMatrix(p)) {
        Operand<TFloat32> x = g.get(p.name());
        Operand<TFloat32> by =
            isFull(p, side) ? SymmetricEigen.gram(tf, x, side == Side.L) : side.squares(tf, x);
        grown.put(p.name(), tf.math.add(old.get(p.name()), by));
      }
    }
    c.slots().next(side.name(), Tensors.of(grown));
    if (interval == 1) {
      return roots(tf, Tensors.of(grown));
    }
    Tensors kept = root(side).old(c);
    if (c.phase() != 0) {
      return kept;
    }
    Tensors roots = roots(tf, Tensors.of(grown));
    c.slots().next(side.name() + ROOT, roots);
    return roots;
  }

  private Tensors roots(Ops tf, Tensors statistics) {
    Operand<TFloat32> least = tf.constant((float) eps);
    return statistics.map(
        x ->
            x.shape().numDimensions() == 2
                ? SymmetricEigen.power(tf, x, -0.25, least)
                : tf.math.pow(x, tf.constant(-0.25f)));
  }

  private Operand<TFloat32> fromLeft(
      Ops tf, ParameterSpec p, Operand<TFloat32> l, Operand<TFloat32> g) {
    return isFull(p, Side.L)
        ? tf.linalg.matMul(l, g)
        : tf.math.mul(tf.expandDims(l, tf.constant(1)), g);
  }

  private Operand<TFloat32> fromRight(
      Ops tf, ParameterSpec p, Operand<TFloat32> g, Operand<TFloat32> r) {
    return isFull(p, Side.R) ? tf.linalg.matMul(g, r) : tf.math.mul(g, r);
  }
}
