package ${package};

import io.github.palimpsest.api.component.ComponentId;
import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.rehearsal.Rehearsal;
import io.github.palimpsest.api.rehearsal.RehearsalProvider;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Settings;
import io.github.palimpsest.api.component.Traits;
import java.util.List;

/** Describes {@link ${className}}: its name, its settings with their defaults, what it costs. */
final class ${className}Provider implements RehearsalProvider {
  static final Setting<Integer> CAPACITY =
      Setting.integer("capacity", 500, 1, 1_000_000, "examples of finished tasks that are kept");

  @Override
  public ComponentId id() {
    return new ComponentId("${id}");
  }

  @Override
  public String summary() {
    return "Adds an earlier example to each batch, from a reservoir";
  }

  @Override
  public String equation() {
    return "each of the n examples seen is kept with chance capacity/n";
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of(CAPACITY);
  }

  @Override
  public Traits traits(Settings settings) {
    return Traits.of(
        Onset.LATER_TASKS, Cost.NONE, "Vitter 1985, Random sampling with a reservoir");
  }

  @Override
  public Rehearsal create(Settings settings) {
    return new ${className}(settings.get(CAPACITY));
  }
}
