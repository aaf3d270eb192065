package io.github.palimpsest.api.optimizer;

import io.github.palimpsest.api.Experimental;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Settings;
import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.parameter.Space;
import io.github.palimpsest.api.parameter.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * The ascent of a sharpness-aware method: the terms of the objective, the examples and the space,
 * with the settings that the built-in methods provide for them.
 */
@Experimental(since = "0.1")
public final class Ascent {
  /** Which terms of the objective the ascent climbs. */
  public enum Climbs {
    /** All terms that are requested for the descent. */
    FULL,
    /** Only the loss on the batch: penalties do not change the perturbation. */
    DATA
  }

  /** The terms of the ascent, as a setting. */
  public static final Setting<Climbs> ASCENT =
      Setting.choice(
          "ascent",
          Climbs.class,
          Climbs.FULL,
          "what the ascent climbs: the full objective with its penalties, or the data loss alone");

  /** The weights that are moved, as a setting; its former name is {@code perturb}. */
  public static final Setting<Space> SPACE =
      Setting.choice(
              "space",
              Space.class,
              Space.TRAINABLE,
              "what the ascent moves: the trained parameters, or the effective weights that they"
                  + " make under an adapter")
          .alias("perturb");

  /** The share of the examples that the ascent uses, as a setting. */
  public static final Setting<Double> SHARE =
      Setting.real(
          "ascent-share",
          1,
          1e-3,
          1,
          "how many of the batch's examples the ascent climbs on; it costs as much of a pass");

  /** The number of parts that the examples are divided into, as a setting. */
  public static final Setting<Integer> PARTS =
      Setting.integer(
          "parts",
          1,
          1,
          Integer.MAX_VALUE,
          "m-sharpness: parts of the batch, each with an ascent of its own");

  private final Climbs climbs;
  private final Space space;
  private final double share;
  private final int parts;

  private Ascent(Climbs climbs, Space space, double share, int parts) {
    this.climbs = climbs;
    this.space = space;
    this.share = share;
    this.parts = parts;
  }

  /**
   * An ascent over all examples together.
   *
   * @param climbs the terms of the objective
   * @param space the weights that are moved
   */
  public static Ascent of(Climbs climbs, Space space) {
    return new Ascent(climbs, space, 1, 1);
  }

  /** The ascent of a technique's {@link #ASCENT} and {@link #SPACE}. */
  public static Ascent of(Settings s) {
    return of(s.get(ASCENT), s.get(SPACE));
  }

  /** The ascent of the settings {@link #ASCENT}, {@link #SPACE}, {@link #SHARE}, {@link #PARTS}. */
  public static Ascent cut(Settings s) {
    return new Ascent(s.get(ASCENT), s.get(SPACE), s.get(SHARE), s.get(PARTS));
  }

  /** The space of the perturbation. */
  public WeightSpace space(StepContext c) {
    return space == Space.EFFECTIVE ? c.effective() : c.trainable();
  }

  /** The terms of the ascent, out of those requested for the descent. */
  public Set<Term> terms(Set<Term> asked) {
    return climbs == Climbs.DATA ? Set.of(Term.DATA) : asked;
  }

  /**
   * The evaluation at the start of the ascent.
   *
   * @param c the step
   * @param w the start
   * @param asked the terms that are requested for the descent
   * @param of the examples that are requested for the descent
   */
  public Evaluated foot(StepContext c, Params w, Set<Term> asked, Examples of) {
    return c.oracle().at(w, terms(asked), share == 1 ? of : of.share(share));
  }

  /** The gradient that the ascent follows, in its space. */
  public Tensors gradient(StepContext c, Params w, Set<Term> asked, Examples of) {
    return space(c).gradient(foot(c, w, asked, of)).tensors();
  }

  /** The evaluation for the descent at {@code w + e}. */
  public Evaluated top(StepContext c, Params w, Tensors e, Set<Term> asked, Examples of) {
    return c.oracle().at(space(c).moved(w, e), asked, of);
  }

  /**
   * m-sharpness (Foret et al. 2021, section 4.1; Andriushchenko and Flammarion 2022,
   * arXiv:2206.06232): evaluates every part separately and returns {@code sum s_i g_i}, where s_i
   * is the part's share of the target tokens.
   *
   * @param estimate an estimator of the gradient on some examples
   */
  public GradientOracle inParts(StepContext c, GradientOracle estimate) {
    if (parts == 1) {
      return estimate;
    }
    return (w, terms, of) -> {
      List<Evaluated> all = new ArrayList<>();
      for (int i = 0; i < parts; i++) {
        all.add(estimate.at(w, terms, of.part(i, parts)));
      }
      return mean(c.tf(), all);
    };
  }

  private static Evaluated mean(Ops tf, List<Evaluated> parts) {
    Operand<TFloat32> share =
        parts.stream().map(Evaluated::share).reduce((a, b) -> tf.math.add(a, b)).orElseThrow();
    List<Operand<TFloat32>> weights =
        parts.stream().<Operand<TFloat32>>map(p -> tf.math.divNoNan(p.share(), share)).toList();
    Function<Function<Evaluated, Tensors>, Tensors> weighted =
        of ->
            IntStream.range(0, parts.size())
                .mapToObj(i -> of.apply(parts.get(i)).scale(tf, weights.get(i)))
                .reduce((a, b) -> a.plus(tf, b))
                .orElseThrow();
    Operand<TFloat32> loss =
        IntStream.range(0, parts.size())
            .<Operand<TFloat32>>mapToObj(i -> tf.math.mul(parts.get(i).loss(), weights.get(i)))
            .reduce((a, b) -> tf.math.add(a, b))
            .orElseThrow();
    return Evaluated.of(
        loss,
        new Gradients(weighted.apply(p -> p.gradients().tensors())),
        () -> new Gradients(weighted.apply(p -> p.effective().get().tensors())),
        share);
  }

  /** {@code rho d / |d|}: its norm is rho, or exactly zero if d is zero. */
  public static Tensors toRadius(Ops tf, Tensors d, Operand<TFloat32> rho) {
    return d.scale(tf, tf.math.divNoNan(rho, d.norm(tf)));
  }
}
