package io.github.palimpsest.experiment.file;

import io.github.palimpsest.api.NearestName;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.recipe.Value;
import io.github.palimpsest.experiment.plan.Grid;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A setting that takes several values over the levels of an axis, such as {@code lr: [1e-4, 3e-4]}.
 *
 * @param setting its key, of the component or of one inside it
 * @param values in the order of the file
 * @param place where the sweep stands in the experiment file
 */
public record Sweep(String setting, List<Choice> values, Place place) {
  /** Copies the values. */
  public Sweep {
    values = List.copyOf(values);
  }

  /**
   * A value as written.
   *
   * @param value what it says
   * @param place where it stands in the experiment file
   */
  public record Choice(Value value, Place place) {}

  /** Whether one of the components, or one inside it, has the setting. */
  public boolean appliesTo(List<Value.Call> level, PluginRegistry registry) {
    return level.stream().anyMatch(c -> set(c, values.get(0), registry).isPresent());
  }

  /** The level with the setting at a value, wherever a component has it. */
  public List<Value.Call> applied(List<Value.Call> level, Choice value, PluginRegistry registry) {
    return level.stream().map(c -> set(c, value, registry).orElse(c)).toList();
  }

  private Optional<Value.Call> set(Value.Call call, Choice value, PluginRegistry registry) {
    Component<?> component = registry.component(call);
    if (has(component)) {
      if (call.arguments().containsKey(setting)) {
        throw value
            .place()
            .error("'" + call + "' gives '" + setting + "' already: take it out of the level");
      }
      return Optional.of(call.with(setting, value.value()));
    }
    for (Map.Entry<String, Component<?>> nested : component.nested().entrySet()) {
      Value written = call.arguments().get(nested.getKey());
      Value.Call inside =
          written instanceof Value.Call c ? c : Value.Call.word(nested.getValue().id().value());
      Optional<Value.Call> changed = set(inside, value, registry);
      if (changed.isPresent()) {
        return Optional.of(call.with(nested.getKey(), changed.get()));
      }
    }
    return Optional.empty();
  }

  private boolean has(Component<?> component) {
    return component.provider().settings().stream().anyMatch(s -> s.named(setting));
  }

  /** Refuses a setting that no level of the axis has, and values that it cannot take. */
  public void check(Axis axis, List<List<Value.Call>> levels, PluginRegistry registry) {
    for (Choice value : values) {
      for (List<Value.Call> level : levels) {
        List<Value.Call> applied = applied(level, value, registry);
        try {
          applied.forEach(c -> Grid.tried(registry.component(c)::create));
        } catch (PalimpsestException e) {
          throw value.place().error(e);
        }
      }
    }
    if (levels.stream().anyMatch(l -> appliesTo(l, registry))) {
      return;
    }
    List<String> known = new ArrayList<>();
    levels.forEach(l -> l.forEach(c -> collect(registry.component(c), known)));
    throw place.error(
        "no level of axis '"
            + axis.name()
            + "' has a setting '"
            + setting
            + "'"
            + NearestName.hint(setting, known));
  }

  private static void collect(Component<?> component, List<String> known) {
    component.provider().settings().stream().map(Setting::key).forEach(known::add);
    component.nested().values().forEach(c -> collect(c, known));
  }
}
