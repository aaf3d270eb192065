package io.github.palimpsest.ewc;

import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Settings;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.model.FinishedTask;
import io.github.palimpsest.api.optimizer.StepContext;
import io.github.palimpsest.api.optimizer.Term;
import io.github.palimpsest.api.optimizer.Updates;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.regularizer.BoundRegularizer;
import io.github.palimpsest.api.regularizer.LossPoint;
import io.github.palimpsest.api.regularizer.Regularizer;
import io.github.palimpsest.api.regularizer.RegularizerProvider;
import io.github.palimpsest.api.regularizer.RegularizerSite;
import java.util.EnumSet;
import java.util.Optional;
import java.util.function.Function;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * Synaptic intelligence (Zenke, Poole and Ganguli 2017, arXiv:1703.04200):
 *
 * <pre>
 *   penalty(w) = c * sum_i Omega_i (w_i - a_i)^2
 *   omega_i = sum over steps of -g_i * (update of w_i)
 *   Omega_i = sum over finished tasks of omega_i / ((w_end - w_start)_i^2 + xi)
 * </pre>
 *
 * <p>Without a one-half, as in the paper. {@code g} is the gradient of the data loss at the weights
 * before the step, whatever point the optimizer used, and contains no penalty. {@code a} are the
 * weights after the last finished task. Under an adapter w are the adapter's own parameters. It
 * takes no pass of its own, except with an optimizer that does not ask for the gradient there, such
 * as momentum-SAM, or with a regularizer whose penalty is differentiated together with the data
 * loss, such as {@code kl}.
 *
 * <p>A negative {@code omega_i} (the parameter moved uphill) counts as 0. With {@code
 * keep-negative=true} it is kept, and reduces what other tasks add; a sum over tasks that is
 * negative counts as 0 in the penalty. A negative importance would push away without a bound, and
 * rule REG-01 asks for a penalty of at least 0.
 *
 * <p>The default of c is the paper's 0.1; its xi of 0.1 suits training from random weights. Where
 * weights move by less than the root of xi, xi alone bounds the importance, and the penalty hardly
 * acts: fine-tuning moves them by a few hundredths, so the default of xi is 0.001. On two generated
 * tasks forgetting was 2.26 nats without this penalty, 2.19 with xi = 0.1 and 0.49 with the
 * default.
 */
record SynapticIntelligence(double c, double xi, boolean keepNegative) implements Regularizer {

  static final Setting<Double> C =
      Setting.real("c", 0.1, 0, Double.MAX_VALUE, "strength of the penalty; 0 turns it off");
  static final Setting<Double> XI =
      Setting.real(
          "xi",
          0.001,
          1e-12,
          Double.MAX_VALUE,
          "damping: bounds the importance of parameters that hardly moved");
  static final Setting<Boolean> KEEP_NEGATIVE =
      Setting.flag(
          "keep-negative",
          false,
          "true: a negative importance is kept and reduces that of other tasks; a negative sum is 0");

  static final RegularizerProvider PROVIDER =
      RegularizerProvider.of(
              "si",
              "Synaptic intelligence: holds the weights whose path lowered the loss",
              "c * sum_i Omega_i (w_i - a_i)^2; Omega_i = sum over tasks of omega_i / (moved_i^2 + xi);"
                  + " omega_i = sum over steps of -g_i * update_i")
          .settings(C, XI, KEEP_NEGATIVE)
          .traits(SynapticIntelligence::traits)
          .creates(s -> new SynapticIntelligence(s.get(C), s.get(XI), s.get(KEEP_NEGATIVE)));

  /**
   * It changes the weights from the second task on, but must track the first one. The gradient of
   * the data loss is that of the optimizer's pass, as its own penalty has a gradient in closed
   * form; two copies are kept for any number of tasks.
   */
  private static Traits traits(Settings s) {
    boolean off = s.get(C) == 0;
    return Traits.of(
        off ? Onset.LATER_TASKS : Onset.FIRST_TASK,
        off ? Cost.NONE : Cost.NONE.slots(1).snapshots(2),
        "Zenke, Poole and Ganguli 2017, Continual learning through synaptic intelligence,"
            + " arXiv:1703.04200");
  }

  private static final String PATH = "omega";

  @Override
  public BoundRegularizer bind(RegularizerSite site) {
    return c == 0 ? point -> site.tf().constant(0f) : new Bound(site);
  }

  /** Follows the path of the weights; the rest is the accumulated importance. */
  private final class Bound implements BoundRegularizer {
    private final AccumulatedImportance importance;

    Bound(RegularizerSite site) {
      Function<FinishedTask, WeightSnapshot> ofTask =
          task -> importance(task.tracked(PATH), task.start(), task.weights());
      importance =
          keepNegative
              ? AccumulatedImportance.signed(site, c, ofTask)
              : AccumulatedImportance.of(site, c, ofTask);
    }

    @Override
    public Operand<TFloat32> penalty(LossPoint point) {
      return importance.penalty(point);
    }

    @Override
    public Optional<Tensors> gradient(LossPoint point) {
      return importance.gradient(point);
    }

    @Override
    public void track(StepContext step, Updates updates) {
      Tensors g = step.oracle().at(step.params(), EnumSet.of(Term.DATA)).gradients().tensors();
      Tensors omega = step.slots().old(PATH, step.params().tensors(), 0);
      step.slots().next(PATH, omega.minus(step.tf(), g.times(step.tf(), updates.tensors())));
    }

    @Override
    public void afterTask(FinishedTask task) {
      importance.afterTask(task);
    }
  }

  private WeightSnapshot importance(WeightSnapshot path, WeightSnapshot start, WeightSnapshot end) {
    return Importance.mapped(
        path,
        name -> {
          float[] omega = path.copy(name);
          float[] from = start.copy(name);
          float[] to = end.copy(name);
          for (int i = 0; i < omega.length; i++) {
            double moved = (double) to[i] - from[i];
            double kept = keepNegative ? omega[i] : Math.max(0, omega[i]);
            omega[i] = (float) (kept / (moved * moved + xi));
          }
          return omega;
        });
  }
}
