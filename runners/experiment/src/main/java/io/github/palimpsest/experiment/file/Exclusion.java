package io.github.palimpsest.experiment.file;

import io.github.palimpsest.api.NearestName;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.discovery.Recipe;
import io.github.palimpsest.api.recipe.RecipeText;
import io.github.palimpsest.api.recipe.Value;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A rule of an experiment file such as {@code optimizer=sam & regularizer=ewc(lambda=10)}: recipes
 * that match all its parts are left out. A level matches if it has the name and every setting that
 * is written, whatever its other settings are.
 *
 * @param wanted by kind of component ({@code strategy} for any kind except the optimizer), what the
 *     recipe must contain, or {@code none}
 * @param place its place in the experiment file
 */
public record Exclusion(Map<String, Value.Call> wanted, Place place) {

  /** Reads a rule. */
  static Exclusion parse(YamlScalar text) {
    Map<String, Value.Call> wanted = new LinkedHashMap<>();
    for (String part : parts(text.nonEmpty())) {
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
      if (wanted.put(key, level(text, pair[1].trim())) != null) {
        throw text.place().error("'" + key + "' is given twice in one rule");
      }
    }
    return new Exclusion(wanted, text.place());
  }

  /** The parts between {@code &}, of which those in parentheses or quotes are none. */
  private static List<String> parts(String rule) {
    List<String> parts = new ArrayList<>();
    int depth = 0;
    boolean quoted = false;
    int from = 0;
    for (int i = 0; i < rule.length(); i++) {
      char c = rule.charAt(i);
      if (c == '"' && (i == 0 || rule.charAt(i - 1) != '\\')) {
        quoted = !quoted;
      } else if (!quoted && (c == '(' || c == ')')) {
        depth += c == '(' ? 1 : -1;
      } else if (!quoted && depth == 0 && c == '&') {
        parts.add(rule.substring(from, i));
        from = i + 1;
      }
    }
    parts.add(rule.substring(from));
    return parts;
  }

  private static Value.Call level(YamlScalar text, String written) {
    try {
      if (RecipeText.parseValue(written) instanceof Value.Call call) {
        return call;
      }
    } catch (PalimpsestException e) {
      throw text.place().error(e);
    }
    throw text.place().error("'" + written + "' is not a level, NAME or NAME(SETTING=VALUE)");
  }

  /** Refuses names that no plugin provides, and settings that a component does not have. */
  public void check(PluginRegistry registry) {
    wanted.forEach((kind, level) -> check(kind, level, registry));
  }

  private void check(String kind, Value.Call level, PluginRegistry registry) {
    List<String> known = new ArrayList<>(List.of(Axis.NONE));
    registry.all().forEach(r -> known.add(r.provider().id().value()));
    String name = level.name();
    if (!known.contains(name)) {
      throw place.error("unknown component '" + name + "'" + NearestName.hint(name, known));
    }
    if (name.equals(Axis.NONE)) {
      if (!level.arguments().isEmpty()) {
        throw place.error("'none' has no settings");
      }
      return;
    }
    if (!Axis.takes(kind, registry.find(name).provider().kind())) {
      throw place.error(
          "'"
              + name
              + "' is of kind "
              + registry.find(name).provider().kind().label()
              + ", so no recipe has it as its "
              + kind);
    }
    try {
      registry.component(level);
    } catch (PalimpsestException e) {
      throw place.error(e);
    }
  }

  /**
   * Refuses what no level of the experiment is: the rule would leave nothing out.
   *
   * @param axes the names of the axes
   * @param levels every level that occurs
   */
  public void requireLevels(
      Collection<String> axes, Collection<Value.Call> levels, PluginRegistry registry) {
    wanted.forEach(
        (kind, level) -> {
          List<Value.Call> present =
              levels.stream()
                  .filter(c -> Axis.takes(kind, registry.find(c.name()).provider().kind()))
                  .toList();
          if (level.name().equals(Axis.NONE)
              || present.stream().anyMatch(c -> contains(registry.component(c), level, registry))) {
            return;
          }
          List<String> known =
              present.stream()
                  .map(c -> level.arguments().isEmpty() ? c.name() : c.toString())
                  .distinct()
                  .toList();
          throw place.error(
              "no level of "
                  + (axes.contains(kind) ? "axis '" + kind + "'" : "kind '" + kind + "'")
                  + " is '"
                  + level
                  + "', so the rule '"
                  + this
                  + "' leaves nothing out"
                  + NearestName.hint(level.toString(), known));
        });
  }

  /** Whether a recipe is left out. */
  public boolean matches(Recipe recipe, PluginRegistry registry) {
    return wanted.entrySet().stream()
        .allMatch(e -> holds(recipe, e.getKey(), e.getValue(), registry));
  }

  private static boolean holds(
      Recipe recipe, String kind, Value.Call level, PluginRegistry registry) {
    List<? extends Component<?>> present =
        recipe.components().stream().filter(c -> Axis.takes(kind, c.provider().kind())).toList();
    return level.name().equals(Axis.NONE)
        ? present.isEmpty()
        : present.stream().anyMatch(c -> contains(c, level, registry));
  }

  /** Whether a component has the name and the written settings, of wrapped components too. */
  private static boolean contains(
      Component<?> component, Value.Call level, PluginRegistry registry) {
    return component.id().value().equals(level.name())
        && (level.arguments().isEmpty() || contains(component, registry.component(level), level));
  }

  private static boolean contains(Component<?> has, Component<?> asked, Value.Call level) {
    if (!has.id().equals(asked.id())) {
      return false;
    }
    for (Map.Entry<String, Value> written : level.arguments().entrySet()) {
      String key =
          asked.provider().settings().stream()
              .filter(s -> s.named(written.getKey()))
              .map(Setting::key)
              .findFirst()
              .orElse(written.getKey());
      Component<?> inside = has.nested().get(key);
      Component<?> askedInside = asked.nested().get(key);
      boolean holds =
          inside != null && askedInside != null && written.getValue() instanceof Value.Call call
              ? contains(inside, askedInside, call)
              : has.canonical().arguments().get(key) != null
                  && has.canonical()
                      .arguments()
                      .get(key)
                      .equals(asked.canonical().arguments().get(key));
      if (!holds) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String toString() {
    return wanted.entrySet().stream()
        .map(e -> e.getKey() + "=" + e.getValue())
        .collect(Collectors.joining(" & "));
  }
}
