package ${package};

import io.github.palimpsest.api.component.ComponentId;
import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.OptimizerProvider;
import io.github.palimpsest.api.recipe.Schedule;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Settings;
import io.github.palimpsest.api.component.Traits;
import java.util.List;

/** Describes {@link ${className}}: its name, its settings with their defaults, what it costs. */
final class ${className}Provider implements OptimizerProvider {
  static final Setting<Schedule> LR =
      Setting.schedule("lr", 1e-2, 0, 1, "learning rate: how far along the gradient a step goes");

  @Override
  public ComponentId id() {
    return new ComponentId("${id}");
  }

  @Override
  public String summary() {
    return "Plain gradient descent";
  }

  @Override
  public String equation() {
    return "w = w - lr g";
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of(LR);
  }

  @Override
  public Traits traits(Settings settings) {
    return Traits.of(
        Onset.FIRST_TASK, Cost.passes(1), "Cauchy 1847");
  }

  @Override
  public Optimizer create(Settings settings) {
    return new ${className}(settings.get(LR));
  }
}
