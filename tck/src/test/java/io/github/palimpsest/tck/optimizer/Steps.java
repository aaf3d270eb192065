package io.github.palimpsest.tck.optimizer;

import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Kind;
import io.github.palimpsest.api.component.Promise;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Settings;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.StepContext;
import io.github.palimpsest.api.optimizer.Updates;
import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.tck.Stub;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.tensorflow.op.Ops;

/** What small optimizers are made of. */
final class Steps {
  static final Setting<Double> LR = Setting.real("lr", 0.1, 0, Double.MAX_VALUE, "learning rate");
  static final Setting<Double> RHO = Setting.real("rho", 0.1, 0, Double.MAX_VALUE, "radius");
  static final Setting<Optimizer> BASE = Setting.optimizer("base", "sgd", "the base");

  private Steps() {}

  static Stub.OfOptimizer stub(double passes, double slots, Optimizer optimizer) {
    return stub(passes, slots, List.of(), s -> optimizer);
  }

  static Stub.OfOptimizer stub(
      double passes, double slots, List<Setting<?>> settings, Function<Settings, Optimizer> maker) {
    return stub(passes, slots, settings, Promise.usual(Kind.OPTIMIZER), maker);
  }

  static Stub.OfOptimizer stub(
      double passes,
      double slots,
      List<Setting<?>> settings,
      Set<Promise> promised,
      Function<Settings, Optimizer> maker) {
    return new Stub.OfOptimizer(Cost.passes(passes).slots(slots), settings, promised, maker);
  }

  static Tensors gradient(StepContext c) {
    return c.oracle().gradient(c.params()).tensors();
  }

  static Tensors times(StepContext c, Tensors x, double factor) {
    return x.scale(c.tf(), c.tf().constant((float) factor));
  }

  static Updates descent(StepContext c, Tensors g, double lr) {
    return new Updates(times(c, g, -lr));
  }

  static Tensors ascent(StepContext c, double rho) {
    return ascent(c, gradient(c), rho);
  }

  static Tensors ascent(StepContext c, Tensors g, double rho) {
    Ops tf = c.tf();
    return g.scale(tf, tf.math.divNoNan(tf.constant((float) rho), g.norm(tf)));
  }

  static Tensors second(StepContext c, Tensors e) {
    return c.oracle().gradient(Params.of(c.params().tensors().plus(c.tf(), e))).tensors();
  }

  /** SAM on plain descent. */
  static Updates sam(StepContext c, double rho, double lr) {
    return descent(c, second(c, ascent(c, rho)), lr);
  }

  static Updates momentum(StepContext c, boolean kept) {
    Tensors old = c.slots().old("m", c.params().tensors(), 0);
    Tensors m = times(c, old, 0.9).plus(c.tf(), gradient(c));
    if (kept) {
      c.slots().next("m", m);
    }
    return descent(c, m, 0.01);
  }

  /** One optimizer at most steps, another every so many. */
  static Optimizer every(int period, Optimizer rare, Optimizer usual) {
    return new Optimizer() {
      @Override
      public Updates updates(StepContext c) {
        return c.phase() == 0 ? usual.updates(c) : rare.updates(c);
      }

      @Override
      public int phases() {
        return 2;
      }

      @Override
      public int phaseOf(int task, long step, long totalSteps) {
        return step % period == period - 1 ? 1 : 0;
      }
    };
  }
}
