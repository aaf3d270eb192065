package ${package};

import io.github.palimpsest.api.adapter.Adapter;
import io.github.palimpsest.api.adapter.AdapterProvider;
import io.github.palimpsest.api.component.ComponentId;
import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Settings;
import io.github.palimpsest.api.component.Traits;
import java.util.List;
import java.util.regex.Pattern;

/** Describes {@link ${className}}: its name, its settings with their defaults, what it costs. */
final class ${className}Provider implements AdapterProvider {
  static final Setting<Pattern> TARGETS =
      Setting.pattern("targets", ".*proj.*", "names of the kernels to scale");

  @Override
  public ComponentId id() {
    return new ComponentId("${id}");
  }

  @Override
  public String summary() {
    return "Scales the outputs of the model's kernels";
  }

  @Override
  public String equation() {
    return "W' = W diag(1 + s), s = 0 at the start";
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of(TARGETS);
  }

  @Override
  public Traits traits(Settings settings) {
    return Traits.of(
        Onset.FIRST_TASK, Cost.NONE, "Liu et al. 2022, (IA)^3 (arXiv:2205.05638)");
  }

  @Override
  public Adapter create(Settings settings) {
    return new ${className}(settings.get(TARGETS));
  }
}
