package ${package};

import io.github.palimpsest.api.component.ComponentId;
import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Settings;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.merger.WeightMerger;
import io.github.palimpsest.api.merger.WeightMergerProvider;
import java.util.List;

/** Describes {@link ${className}}: its name, its settings with their defaults, what it costs. */
final class ${className}Provider implements WeightMergerProvider {
  static final Setting<Double> ALPHA =
      Setting.real("alpha", 0.5, 0, 1, "0 for the weights before the task, 1 for those after it");

  @Override
  public ComponentId id() {
    return new ComponentId("${id}");
  }

  @Override
  public String summary() {
    return "Goes part of the way from the weights before a task to those after it";
  }

  @Override
  public String equation() {
    return "w = (1 - alpha) w_before + alpha w_after";
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of(ALPHA);
  }

  @Override
  public Traits traits(Settings settings) {
    return Traits.of(
        Onset.AFTER_TRAINING, Cost.NONE, "Wortsman et al. 2022, Wise-FT (arXiv:2109.01903)");
  }

  @Override
  public WeightMerger create(Settings settings) {
    return new ${className}(settings.get(ALPHA).floatValue());
  }
}
