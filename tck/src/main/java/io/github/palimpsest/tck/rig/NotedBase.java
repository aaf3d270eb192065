package io.github.palimpsest.tck.rig;

import io.github.palimpsest.api.component.Component;
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
import io.github.palimpsest.api.parameter.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * An optimizer to be wrapped, which notes how it is built: two phases, a slot, and one or two
 * passes a step.
 *
 * @param rate the step size
 * @param passes oracle calls per step, each at a different point
 * @param built a record of each build
 */
public record NotedBase(double rate, int passes, List<Built> built) implements Optimizer {
  /** Its id. */
  public static final String ID = "kit-base";

  /** The name of its slot. */
  public static final String SLOT = "kit-base-mean";

  /** Every third step is in the other phase. */
  private static final int PERIOD = 3;

  /**
   * The arguments of one build of the base.
   *
   * @param phase the phase in which it is built
   * @param parameters the names of the parameters
   * @param specified the names of the specifications
   * @param answered the names of the gradients
   */
  public record Built(
      int phase, List<String> parameters, List<String> specified, SortedSet<String> answered) {}

  /** One that has not been built yet. */
  public NotedBase(double rate, int passes) {
    this(rate, passes, new ArrayList<>());
  }

  /** A component whose create returns this object. */
  public Component<Optimizer> component() {
    OptimizerProvider provider =
        OptimizerProvider.of(ID, "The kit's own base", "m = 0.5 m + g; w -= rate m")
            .settings(Setting.schedule("lr", rate, 0, 1, "how far it goes"))
            .traits(Traits.of(Onset.FIRST_TASK, Cost.passes(passes).slots(1), "the kit"))
            .creates(s -> this);
    return new Component<>(provider, Settings.defaults(provider));
  }

  @Override
  public Updates updates(StepContext c) {
    Tensors w = c.params().tensors();
    Tensors g = c.oracle().gradient(c.params()).tensors();
    for (int k = 1; k < passes; k++) {
      Tensors e = g.scale(c.tf(), c.tf().constant(0.01f));
      g = c.oracle().gradient(c.params().plus(c.tf(), e)).tensors();
    }
    built.add(
        new Built(
            c.phase(),
            List.copyOf(w.names()),
            c.specs().stream().map(ParameterSpec::name).toList(),
            new TreeSet<>(g.names())));
    Tensors m = c.slots().old(SLOT, w, 0).scale(c.tf(), c.tf().constant(0.5f)).plus(c.tf(), g);
    c.slots().next(SLOT, m);
    float factor = (float) (c.phase() == 0 ? -rate : -rate / 2);
    return new Updates(m.scale(c.tf(), c.tf().constant(factor)));
  }

  @Override
  public int phases() {
    return 2;
  }

  @Override
  public int phaseOf(int task, long step, long totalSteps) {
    return step % PERIOD == PERIOD - 1 ? 1 : 0;
  }
}
