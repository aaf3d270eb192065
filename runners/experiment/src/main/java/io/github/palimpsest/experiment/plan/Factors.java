package io.github.palimpsest.experiment.plan;

import io.github.palimpsest.api.NearestName;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.recipe.Value;
import io.github.palimpsest.experiment.file.Axis;
import io.github.palimpsest.experiment.file.Design;
import io.github.palimpsest.experiment.file.Experiment;
import io.github.palimpsest.experiment.file.Sweep;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The factors of a grid. An axis is one; so is a sweep where every level of its axis has the
 * setting, and otherwise its values make more levels of the axis; paired ones are one together.
 */
final class Factors {
  /** Joins the names and the levels of what is paired. */
  private static final String AND = " & ";

  /**
   * A level of a factor.
   *
   * @param label as people know it
   * @param components what it chooses, by axis
   * @param settings what it sets of whatever an axis has
   */
  record Level(String label, Map<String, List<Value.Call>> components, List<Set> settings) {}

  /**
   * A setting at a value.
   *
   * @param axis where it is set
   */
  record Set(String axis, Sweep sweep, Sweep.Choice value) {}

  /**
   * A factor.
   *
   * @param name of the axis, {@code AXIS.SETTING} of a sweep, or several joined by {@code &}
   */
  record Factor(String name, List<Level> levels) {}

  private final PluginRegistry registry;

  private Factors(PluginRegistry registry) {
    this.registry = registry;
  }

  /** The factors in the order of the file; the levels are checked already. */
  static List<Factor> of(Experiment e, PluginRegistry registry) {
    Factors made = new Factors(registry);
    Map<String, Factor> all = new LinkedHashMap<>();
    e.axes().forEach(axis -> made.of(axis).forEach(f -> all.put(f.name(), f)));
    e.design().paired().forEach(pairing -> pair(all, pairing));
    return List.copyOf(all.values());
  }

  private List<Factor> of(Axis axis) {
    List<List<Value.Call>> levels = axis.levels().stream().map(l -> Grid.calls(l.text())).toList();
    List<String> labels =
        new ArrayList<>(axis.levels().stream().map(l -> l.text().toString()).toList());
    List<List<Value.Call>> chosen = new ArrayList<>(levels);
    List<Factor> crossed = new ArrayList<>();
    for (Sweep sweep : axis.sweeps()) {
      sweep.check(axis, levels, registry);
      if (levels.stream().allMatch(l -> sweep.appliesTo(l, registry))) {
        crossed.add(crossed(axis, sweep));
      } else {
        expand(sweep, labels, chosen);
      }
    }
    List<Level> own = new ArrayList<>();
    for (int i = 0; i < chosen.size(); i++) {
      own.add(new Level(labels.get(i), Map.of(axis.name(), chosen.get(i)), List.of()));
    }
    crossed.add(0, new Factor(axis.name(), own));
    return crossed;
  }

  private static Factor crossed(Axis axis, Sweep sweep) {
    return new Factor(
        axis.name() + "." + sweep.setting(),
        sweep.values().stream()
            .map(
                v ->
                    new Level(
                        v.value().toString(), Map.of(), List.of(new Set(axis.name(), sweep, v))))
            .toList());
  }

  /** The components that levels make together, axis by axis. */
  static List<Value.Call> components(List<Level> levels, List<Axis> axes, PluginRegistry registry) {
    Map<String, List<Value.Call>> byAxis = new LinkedHashMap<>();
    axes.forEach(axis -> byAxis.put(axis.name(), List.of()));
    levels.forEach(level -> byAxis.putAll(level.components()));
    for (Level level : levels) {
      for (Set set : level.settings()) {
        byAxis.computeIfPresent(
            set.axis(), (axis, calls) -> set.sweep().applied(calls, set.value(), registry));
      }
    }
    return byAxis.values().stream().flatMap(List::stream).toList();
  }

  /** Levels that have the setting once for each of its values, the others once. */
  private void expand(Sweep sweep, List<String> labels, List<List<Value.Call>> levels) {
    List<String> oldLabels = List.copyOf(labels);
    List<List<Value.Call>> old = List.copyOf(levels);
    labels.clear();
    levels.clear();
    for (int i = 0; i < old.size(); i++) {
      if (!sweep.appliesTo(old.get(i), registry)) {
        labels.add(oldLabels.get(i));
        levels.add(old.get(i));
        continue;
      }
      for (Sweep.Choice value : sweep.values()) {
        List<Value.Call> applied = sweep.applied(old.get(i), value, registry);
        labels.add(applied.stream().map(Value.Call::toString).collect(Collectors.joining(" + ")));
        levels.add(applied);
      }
    }
  }

  private static void pair(Map<String, Factor> all, Design.Pairing pairing) {
    List<Factor> members = new ArrayList<>();
    for (String name : pairing.factors()) {
      Factor member =
          Optional.ofNullable(all.get(name))
              .orElseThrow(
                  () ->
                      pairing
                          .place()
                          .error(
                              "'paired' names '"
                                  + name
                                  + "', which is no axis or sweep of its own"
                                  + NearestName.hint(name, all.keySet())));
      if (member.levels().size() != all.get(pairing.factors().get(0)).levels().size()) {
        throw pairing
            .place()
            .error(
                "paired axes need equally many levels: '"
                    + pairing.factors().get(0)
                    + "' has "
                    + all.get(pairing.factors().get(0)).levels().size()
                    + ", '"
                    + name
                    + "' has "
                    + member.levels().size());
      }
      members.add(member);
    }
    Factor together =
        new Factor(
            String.join(AND, pairing.factors()),
            IntStream.range(0, members.get(0).levels().size())
                .mapToObj(i -> together(members.stream().map(m -> m.levels().get(i)).toList()))
                .toList());
    // stands where its first member stood
    Map<String, Factor> kept = new LinkedHashMap<>(all);
    all.clear();
    kept.forEach(
        (name, factor) -> {
          if (name.equals(pairing.factors().get(0))) {
            all.put(together.name(), together);
          } else if (!pairing.factors().contains(name)) {
            all.put(name, factor);
          }
        });
  }

  private static Level together(List<Level> levels) {
    Map<String, List<Value.Call>> components = new LinkedHashMap<>();
    levels.forEach(level -> components.putAll(level.components()));
    return new Level(
        levels.stream().map(Level::label).collect(Collectors.joining(AND)),
        components,
        levels.stream().flatMap(level -> level.settings().stream()).toList());
  }
}
