package ${package};

import io.github.palimpsest.api.component.ComponentId;
import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.probe.Probe;
import io.github.palimpsest.api.probe.ProbeProvider;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Settings;
import io.github.palimpsest.api.component.Traits;
import java.util.List;

/** Describes {@link ${className}}: its name, its settings with their defaults, what it costs. */
final class ${className}Provider implements ProbeProvider {
  @Override
  public ComponentId id() {
    return new ComponentId("${id}");
  }

  @Override
  public String summary() {
    return "How far the weights have moved from before any training";
  }

  @Override
  public String equation() {
    return "|w - w_0|";
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of();
  }

  @Override
  public Traits traits(Settings settings) {
    return Traits.of(
        Onset.AFTER_TRAINING, Cost.NONE, "Li et al. 2018, Explicit inductive bias (arXiv:1802.01483)");
  }

  @Override
  public Probe create(Settings settings) {
    return new ${className}();
  }
}
