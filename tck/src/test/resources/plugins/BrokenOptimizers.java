package org.acme.plugins;

import io.github.palimpsest.api.*;
import io.github.palimpsest.api.adapter.*;
import io.github.palimpsest.api.component.*;
import io.github.palimpsest.api.data.*;
import io.github.palimpsest.api.merger.*;
import io.github.palimpsest.api.metric.*;
import io.github.palimpsest.api.model.*;
import io.github.palimpsest.api.optimizer.*;
import io.github.palimpsest.api.parameter.*;
import io.github.palimpsest.api.probe.*;
import io.github.palimpsest.api.recipe.*;
import io.github.palimpsest.api.regularizer.*;
import io.github.palimpsest.api.rehearsal.*;
import java.util.*;
import org.tensorflow.op.Ops;

/** Second gradient at the old point. */
final class SamOldPoint extends TwoPass {
  SamOldPoint() {
    super("sam-old-point");
  }

  Updates step(StepContext c, Schedule lr, double rho) {
    Tensors g = c.oracle().gradient(c.params()).tensors();
    Params there = moved(c, ascent(c, g, rho));
    return descent(c, c.oracle().gradient(Params.of(c.params().tensors())).tensors(), lr);
  }
}

/** Both points are right, and the first gradient is used. */
final class SamFirstGradient extends TwoPass {
  SamFirstGradient() {
    super("sam-first-gradient");
  }

  Updates step(StepContext c, Schedule lr, double rho) {
    Tensors g = c.oracle().gradient(c.params()).tensors();
    c.oracle().gradient(moved(c, ascent(c, g, rho)));
    return descent(c, g, lr);
  }
}

/** Forgets to restore: the update goes on from w + e. */
final class SamNoRestore extends TwoPass {
  SamNoRestore() {
    super("sam-no-restore");
  }

  Updates step(StepContext c, Schedule lr, double rho) {
    Tensors e = ascent(c, c.oracle().gradient(c.params()).tensors(), rho);
    Tensors g = c.oracle().gradient(moved(c, e)).tensors();
    return new Updates(descent(c, g, lr).tensors().plus(c.tf(), e));
  }
}

/** Restores all but a tenth of e, and has no setting lr. */
final class SamHalfRestored extends Acme<Optimizer> implements OptimizerProvider {
  SamHalfRestored() {
    super("sam-half-restored", Onset.FIRST_TASK, Cost.passes(2), RHO);
  }

  public Optimizer create(Settings s) {
    double rho = s.get(RHO);
    return c -> {
      Ops tf = c.tf();
      Tensors e = TwoPass.ascent(c, c.oracle().gradient(c.params()).tensors(), rho);
      Tensors g = c.oracle().gradient(TwoPass.moved(c, e)).tensors();
      return new Updates(g.scale(tf, tf.constant(-0.1f)).plus(tf, e.scale(tf, tf.constant(0.5f))));
    };
  }
}

/** One pass where two are declared. */
final class SamOnePass extends TwoPass {
  SamOnePass() {
    super("sam-one-pass");
  }

  Updates step(StepContext c, Schedule lr, double rho) {
    return descent(c, c.oracle().gradient(c.params()).tensors(), lr);
  }
}

/** Steps counted in a static field. */
final class StaticSteps extends Acme<Optimizer> implements OptimizerProvider {
  private static int steps;

  StaticSteps() {
    super("static-steps", Onset.FIRST_TASK, Cost.passes(1), LR);
  }

  public Optimizer create(Settings s) {
    Schedule lr = s.get(LR);
    return c -> {
      steps++;
      return TwoPass.descent(c, c.oracle().gradient(c.params()).tensors(), lr);
    };
  }
}
