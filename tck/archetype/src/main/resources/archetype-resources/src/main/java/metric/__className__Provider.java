package ${package};

import io.github.palimpsest.api.component.ComponentId;
import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.metric.ForgettingMetric;
import io.github.palimpsest.api.metric.ForgettingMetricProvider;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Settings;
import io.github.palimpsest.api.component.Traits;
import java.util.List;

/** Describes {@link ${className}}: its name, its settings with their defaults, what it costs. */
final class ${className}Provider implements ForgettingMetricProvider {
  @Override
  public ComponentId id() {
    return new ComponentId("${id}");
  }

  @Override
  public String summary() {
    return "What later training changed in the scores of earlier tasks";
  }

  @Override
  public String equation() {
    return "1/(T-1) sum over i<T of s (R[T, i] - R[i, i]); s = -1 where lower is better";
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of();
  }

  @Override
  public Traits traits(Settings settings) {
    return Traits.of(
        Onset.AFTER_TRAINING, Cost.NONE, "Lopez-Paz and Ranzato 2017 (arXiv:1706.08840)");
  }

  @Override
  public ForgettingMetric create(Settings settings) {
    return new ${className}();
  }
}
