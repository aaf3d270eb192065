package io.github.palimpsest.experiment.file;

import io.github.palimpsest.api.NearestName;
import io.github.palimpsest.api.component.ComponentId;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.discovery.Recipe;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A rule of an experiment file such as {@code optimizer=sam & adapter=lora}: recipes that match all
 * its parts are left out.
 *
 * @param wanted by kind of component ({@code strategy} for any kind except the optimizer), the name
 *     that the recipe must contain, or {@code none}
 * @param place its place in the experiment file
 */
public record Exclusion(Map<String, String> wanted, Place place) {

  /** Reads a rule. */
  static Exclusion parse(YamlScalar text) {
    Map<String, String> wanted = new LinkedHashMap<>();
    for (String part : text.nonEmpty().split("&")) {
      String[] pair = part.split("=", 2);
      String key = pair[0].trim();
      if (pair.length != 2 || pair[1].isBlank()) {
        throw text.place()
            .error(
                "'"
                    + part.trim()
                    + "' is not KIND=NAME; an example of a rule is 'optimizer=sam & adapter=lora'");
      }
      if (!Axis.names().contains(key)) {
        throw text.place()
            .error("unknown kind '" + key + "'" + NearestName.hint(key, Axis.names()));
      }
      if (wanted.put(key, pair[1].trim()) != null) {
        throw text.place().error("'" + key + "' is given twice in one rule");
      }
    }
    return new Exclusion(wanted, text.place());
  }

  /** Refuses names that no plugin provides. */
  public void check(PluginRegistry registry) {
    wanted.forEach((kind, name) -> check(kind, name, registry));
  }

  private void check(String kind, String name, PluginRegistry registry) {
    List<String> known = new ArrayList<>(List.of(Axis.NONE));
    registry.all().forEach(r -> known.add(r.provider().id().value()));
    if (!known.contains(name)) {
      throw place.error("unknown component '" + name + "'" + NearestName.hint(name, known));
    }
    if (!name.equals(Axis.NONE) && !Axis.takes(kind, registry.find(name).provider().kind())) {
      throw place.error(
          "'"
              + name
              + "' is of kind "
              + registry.find(name).provider().kind().label()
              + ", so no recipe has it as its "
              + kind);
    }
  }

  public boolean matches(Recipe recipe) {
    return wanted.entrySet().stream().allMatch(e -> holds(recipe, e.getKey(), e.getValue()));
  }

  private static boolean holds(Recipe recipe, String kind, String name) {
    List<ComponentId> present =
        recipe.components().stream()
            .filter(
                c ->
                    kind.equals(Axis.MIXED)
                        ? c != recipe.optimizer()
                        : c.provider().kind() == Axis.kind(kind))
            .map(c -> c.id())
            .toList();
    return name.equals(Axis.NONE)
        ? present.isEmpty()
        : present.stream().anyMatch(id -> id.value().equals(name));
  }

  @Override
  public String toString() {
    return wanted.entrySet().stream()
        .map(e -> e.getKey() + "=" + e.getValue())
        .collect(Collectors.joining(" & "));
  }
}
