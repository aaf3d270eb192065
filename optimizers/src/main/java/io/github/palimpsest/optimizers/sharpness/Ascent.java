package io.github.palimpsest.optimizers.sharpness;

import io.github.palimpsest.api.Evaluated;
import io.github.palimpsest.api.Examples;
import io.github.palimpsest.api.GradientOracle;
import io.github.palimpsest.api.Gradients;
import io.github.palimpsest.api.Params;
import io.github.palimpsest.api.Setting;
import io.github.palimpsest.api.Settings;
import io.github.palimpsest.api.StepContext;
import io.github.palimpsest.api.Tensors;
import io.github.palimpsest.api.Term;
import io.github.palimpsest.api.WeightSpace;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * What an ascent climbs, and in which space.
 *
 * @param climbs the terms of the objective
 * @param perturb the weights that are moved
 * @param share how many of the examples it climbs on
 * @param parts into how many parts the examples are cut, each with an ascent of its own
 */
record Ascent(Climbs climbs, Perturb perturb, double share, int parts) {
  /** Which terms of the objective the ascent climbs. */
  enum Climbs {
    /** All terms that the descent is asked for. */
    FULL,
    /** The loss on the batch alone: penalties do not bend the perturbation. */
    DATA
  }

  /** Which weights the ascent moves; the same ones without an adapter. */
  enum Perturb {
    /** Those that are trained: under LoRA its factors A and B. */
    TRAINABLE,
    /**
     * Those that the model sees: under LoRA W + s A B, in all of its directions. Norms and the
     * state of an ascent are then those of the adapted kernels.
     */
    EFFECTIVE
  }

  static final Setting<Climbs> ASCENT =
      Setting.choice(
          "ascent",
          Climbs.class,
          Climbs.FULL,
          "what the ascent climbs: the full objective with its penalties, or the data loss alone");

  static final Setting<Perturb> PERTURB =
      Setting.choice(
          "perturb",
          Perturb.class,
          Perturb.TRAINABLE,
          "what the ascent moves: the trained parameters, or the effective weights that they make"
              + " under an adapter");

  static final Setting<Double> SHARE =
      Setting.real(
          "ascent-share",
          1,
          1e-3,
          1,
          "how many of the batch's examples the ascent climbs on; it costs as much of a pass");

  static final Setting<Integer> PARTS =
      Setting.integer(
          "parts",
          1,
          1,
          Integer.MAX_VALUE,
          "m-sharpness: parts of the batch, each with an ascent of its own");

  /** Over all examples together. */
  Ascent(Climbs climbs, Perturb perturb) {
    this(climbs, perturb, 1, 1);
  }

  static Ascent of(Settings s) {
    return new Ascent(s.get(ASCENT), s.get(PERTURB));
  }

  /** For a technique that also has {@link #SHARE} and {@link #PARTS}. */
  static Ascent cut(Settings s) {
    return new Ascent(s.get(ASCENT), s.get(PERTURB), s.get(SHARE), s.get(PARTS));
  }

  /** The space of the perturbation. */
  WeightSpace space(StepContext c) {
    return perturb == Perturb.EFFECTIVE ? c.effective() : c.trainable();
  }

  /** The terms climbed out of those that the descent is asked for. */
  Set<Term> terms(Set<Term> asked) {
    return climbs == Climbs.DATA ? Set.of(Term.DATA) : asked;
  }

  /** What is climbed at the foot of the ascent. */
  Evaluated foot(StepContext c, Params w, Set<Term> asked, Examples of) {
    return c.oracle().at(w, terms(asked), share == 1 ? of : of.share(share));
  }

  /** The gradient that the ascent follows, in its space. */
  Tensors gradient(StepContext c, Params w, Set<Term> asked, Examples of) {
    return space(c).gradient(foot(c, w, asked, of)).tensors();
  }

  /** What the descent is asked for at {@code w + e}. */
  Evaluated top(StepContext c, Params w, Tensors e, Set<Term> asked, Examples of) {
    return c.oracle().at(space(c).moved(w, e), asked, of);
  }

  /**
   * m-sharpness (Foret et al. 2021, section 4.1; Andriushchenko and Flammarion 2022,
   * arXiv:2206.06232): asks for every part by itself and returns {@code sum s_i g_i}, s_i being the
   * part's share of the target tokens.
   *
   * @param estimate an estimator of the gradient on some examples
   */
  GradientOracle inParts(StepContext c, GradientOracle estimate) {
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
    return new Evaluated(
        loss,
        new Gradients(weighted.apply(p -> p.gradients().tensors())),
        () -> new Gradients(weighted.apply(p -> p.effective().get().tensors())),
        share);
  }

  /** {@code rho d / |d|}: as long as rho, and exactly zero where d is. */
  static Tensors toRadius(Ops tf, Tensors d, Operand<TFloat32> rho) {
    return d.scale(tf, tf.math.divNoNan(rho, d.norm(tf)));
  }
}
