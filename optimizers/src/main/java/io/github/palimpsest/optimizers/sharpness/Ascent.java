package io.github.palimpsest.optimizers.sharpness;

import io.github.palimpsest.api.Evaluated;
import io.github.palimpsest.api.Examples;
import io.github.palimpsest.api.Params;
import io.github.palimpsest.api.Setting;
import io.github.palimpsest.api.Settings;
import io.github.palimpsest.api.StepContext;
import io.github.palimpsest.api.Tensors;
import io.github.palimpsest.api.Term;
import io.github.palimpsest.api.WeightSpace;
import java.util.Set;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * What an ascent climbs, and in which space.
 *
 * @param climbs the terms of the objective
 * @param perturb the weights that are moved
 */
record Ascent(Climbs climbs, Perturb perturb) {
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

  static Ascent of(Settings s) {
    return new Ascent(s.get(ASCENT), s.get(PERTURB));
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
    return c.oracle().at(w, terms(asked), of);
  }

  /** The gradient that the ascent follows, in its space. */
  Tensors gradient(StepContext c, Params w, Set<Term> asked, Examples of) {
    return space(c).gradient(foot(c, w, asked, of)).tensors();
  }

  /** What the descent is asked for at {@code w + e}. */
  Evaluated top(StepContext c, Params w, Tensors e, Set<Term> asked, Examples of) {
    return c.oracle().at(space(c).moved(w, e), asked, of);
  }

  /** {@code rho d / |d|}: as long as rho, and exactly zero where d is. */
  static Tensors toRadius(Ops tf, Tensors d, Operand<TFloat32> rho) {
    return d.scale(tf, tf.math.divNoNan(rho, d.norm(tf)));
  }
}
