package io.github.palimpsest.tck;

import io.github.palimpsest.api.component.ComponentId;
import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Settings;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.OptimizerProvider;
import io.github.palimpsest.api.optimizer.Updates;
import io.github.palimpsest.api.recipe.Schedule;
import java.util.List;

/**
 * {@code w <- w - lr g}: the base of a wrapper if no other optimizer is available.
 *
 * @param name the requested name
 */
record PlainDescent(String name) implements OptimizerProvider {
  private static final Setting<Schedule> LR =
      Setting.schedule("lr", 0.1, 0, Double.MAX_VALUE, "learning rate");

  @Override
  public ComponentId id() {
    return new ComponentId(name);
  }

  @Override
  public String summary() {
    return "plain gradient descent";
  }

  @Override
  public String equation() {
    return "w <- w - lr g";
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of(LR);
  }

  @Override
  public Traits traits(Settings settings) {
    return Traits.of(Onset.FIRST_TASK, Cost.passes(1), "Cauchy 1847");
  }

  @Override
  public Optimizer create(Settings settings) {
    Schedule lr = settings.get(LR);
    return c -> {
      var minus = c.tf().math.neg(c.scheduled(lr));
      return new Updates(c.oracle().gradient(c.params()).tensors().scale(c.tf(), minus));
    };
  }
}
