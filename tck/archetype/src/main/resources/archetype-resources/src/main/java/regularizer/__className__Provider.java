package ${package};

import io.github.palimpsest.api.component.ComponentId;
import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.regularizer.Regularizer;
import io.github.palimpsest.api.regularizer.RegularizerProvider;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Settings;
import io.github.palimpsest.api.component.Traits;
import java.util.List;

/** Describes {@link ${className}}: its name, its settings with their defaults, what it costs. */
final class ${className}Provider implements RegularizerProvider {
  static final Setting<Double> LAMBDA =
      Setting.real("lambda", 0.01, 0, 1e6, "strength: 0 for no pull");

  @Override
  public ComponentId id() {
    return new ComponentId("${id}");
  }

  @Override
  public String summary() {
    return "Pulls the weights back to where each finished task left them";
  }

  @Override
  public String equation() {
    return "lambda/2 sum over tasks k of |w - w_k|^2";
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of(LAMBDA);
  }

  @Override
  public Traits traits(Settings settings) {
    return Traits.of(
        Onset.LATER_TASKS, Cost.NONE.snapshots(1), "Li et al. 2018, Explicit inductive bias (arXiv:1802.01483)");
  }

  @Override
  public Regularizer create(Settings settings) {
    return new ${className}(settings.get(LAMBDA).floatValue());
  }
}
