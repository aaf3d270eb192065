package ${package};

import io.github.palimpsest.api.component.ComponentId;
import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.data.DataFormatProvider;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Settings;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.data.DataFormat;
import java.util.List;

/** Describes {@link ${className}}: its name, its settings with their defaults, where it is from. */
final class ${className}Provider implements DataFormatProvider {
  private static final Setting<Boolean> LINE =
      Setting.flag("line", true, "whether the translation stands on a line of its own");

  @Override
  public ComponentId id() {
    return new ComponentId("${id}");
  }

  @Override
  public String summary() {
    return "A sentence and its translation";
  }

  @Override
  public String equation() {
    return "context = source; target = target";
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of(LINE);
  }

  @Override
  public Traits traits(Settings settings) {
    return Traits.of(
        Onset.FIRST_TASK, Cost.NONE, "Sutskever et al. 2014, Sequence to sequence (arXiv:1409.3215)");
  }

  @Override
  public DataFormat create(Settings settings) {
    return new ${className}(settings.get(LINE) ? "\n" : " = ");
  }
}
