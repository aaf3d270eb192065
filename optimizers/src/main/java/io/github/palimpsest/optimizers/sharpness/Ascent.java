package io.github.palimpsest.optimizers.sharpness;

import io.github.palimpsest.api.GradientOracle;
import io.github.palimpsest.api.Params;
import io.github.palimpsest.api.Setting;
import io.github.palimpsest.api.Tensors;
import io.github.palimpsest.api.Term;
import java.util.Set;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** Which terms of the objective the ascent climbs. */
enum Ascent {
  /** All terms that the descent is asked for. */
  FULL,
  /** The loss on the batch alone: penalties do not bend the perturbation. */
  DATA;

  static final Setting<Ascent> ASCENT =
      Setting.choice(
          "ascent",
          Ascent.class,
          FULL,
          "what the ascent climbs: the full objective with its penalties, or the data loss alone");

  /** The gradient that the ascent follows. */
  Tensors gradient(GradientOracle oracle, Params w, Set<Term> terms) {
    return oracle.at(w, this == DATA ? Set.of(Term.DATA) : terms).gradients().tensors();
  }

  /** {@code rho d / |d|}: as long as rho, and exactly zero where d is. */
  static Tensors toRadius(Ops tf, Tensors d, Operand<TFloat32> rho) {
    return d.scale(tf, tf.math.divNoNan(rho, d.norm(tf)));
  }
}
