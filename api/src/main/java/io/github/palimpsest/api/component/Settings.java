package io.github.palimpsest.api.component;

import io.github.palimpsest.api.NearestName;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.Stable;
import io.github.palimpsest.api.UnknownNameException;
import io.github.palimpsest.api.recipe.Value;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A value for each setting of one component: the written values, and defaults for the rest. */
@Stable(since = "0.1")
public final class Settings {
  private final ComponentId owner;
  private final Map<String, Filled<?>> values;

  /** A setting of the component with its value. */
  private record Filled<T>(Setting<T> setting, Setting.Read<T> read) {
    static <T> Filled<T> of(Setting<T> setting, Value value, Setting.ComponentSource components) {
      return new Filled<>(setting, setting.read(value, components));
    }
  }

  private Settings(ComponentId owner, Map<String, Filled<?>> values) {
    this.owner = owner;
    this.values = values;
  }

  /**
   * Checks the written values against the settings that a provider declares (rule SPI-04).
   *
   * @param provider the provider that declares the settings
   * @param written values by key, or by an {@linkplain Setting#alias alias} of one
   * @param components finds nested components
   * @throws PalimpsestException if a key is unknown or given under two names, or a value is of the
   *     wrong type or out of range; names component, key, value and the allowed values
   */
  public static Settings of(
      Provider<?> provider, Map<String, Value> written, Setting.ComponentSource components) {
    Map<String, Setting<?>> declared = new LinkedHashMap<>();
    Map<String, String> keys = new LinkedHashMap<>();
    for (Setting<?> s : provider.settings()) {
      declared.put(s.key(), s);
      for (String name : names(s)) {
        if (keys.put(name, s.key()) != null) {
          throw new PalimpsestException(
              "component '" + provider.id() + "' declares setting '" + name + "' twice");
        }
      }
    }
    Map<String, Value> byKey = byKey(provider, written, keys);
    Map<String, Filled<?>> values = new LinkedHashMap<>();
    declared.forEach(
        (key, setting) -> {
          Value value = byKey.getOrDefault(key, setting.defaultValue());
          try {
            values.put(key, Filled.of(setting, value, components));
          } catch (PalimpsestException e) {
            throw new PalimpsestException(
                "setting '" + key + "' of '" + provider.id() + "': " + e.getMessage(), e);
          }
        });
    return new Settings(provider.id(), values);
  }

  private static List<String> names(Setting<?> setting) {
    List<String> names = new ArrayList<>(setting.aliases());
    names.add(0, setting.key());
    return names;
  }

  /**
   * The written values, by the settings' own keys.
   *
   * @param keys the key of each name that a setting may be given
   */
  private static Map<String, Value> byKey(
      Provider<?> provider, Map<String, Value> written, Map<String, String> keys) {
    Map<String, Value> byKey = new LinkedHashMap<>();
    written.forEach(
        (name, value) -> {
          String key = keys.get(name);
          if (key == null) {
            String all = keys.isEmpty() ? "; it has no settings" : hint(name, keys.values());
            throw new UnknownNameException(
                "setting",
                provider.id().value(),
                "unknown setting '" + name + "' of '" + provider.id() + "'" + all);
          }
          if (byKey.put(key, value) != null) {
            throw new PalimpsestException(
                "setting '"
                    + key
                    + "' of '"
                    + provider.id()
                    + "' is given under two names: "
                    + keys.entrySet().stream()
                        .filter(e -> e.getValue().equals(key) && written.containsKey(e.getKey()))
                        .map(Map.Entry::getKey)
                        .collect(Collectors.joining("', '", "'", "'")));
          }
        });
    return byKey;
  }

  private static String hint(String name, Collection<String> keys) {
    return NearestName.hint(name, new LinkedHashSet<>(keys));
  }

  /** All defaults of a provider whose settings name no nested component. */
  public static Settings defaults(Provider<?> provider) {
    return of(
        provider,
        Map.of(),
        (kind, call) -> {
          throw new PalimpsestException("there is no " + kind.label() + " '" + call + "' here");
        });
  }

  /**
   * The value of a setting. Each call creates a new instance of a nested component.
   *
   * @throws IllegalArgumentException if the component does not declare this very setting; another
   *     one of the same key is another setting
   */
  public <T> T get(Setting<T> setting) {
    return read(setting).value().get();
  }

  /**
   * The nested component of a setting, to read its traits.
   *
   * @return empty if the setting is not a component
   * @throws IllegalArgumentException if the component does not declare this very setting
   */
  public Optional<Component<?>> nested(Setting<?> setting) {
    return Optional.ofNullable(read(setting).component());
  }

  /**
   * A copy in which one setting has another value.
   *
   * @param setting a setting that names no component
   * @param value the value as it would be written
   * @throws PalimpsestException if the value is of the wrong type or out of range
   * @throws IllegalArgumentException if the component does not declare this very setting
   */
  public Settings with(Setting<?> setting, Value value) {
    return with(
        setting,
        value,
        (kind, call) -> {
          throw new IllegalArgumentException(
              "setting '" + setting.key() + "' of '" + owner + "' names a component");
        });
  }

  /**
   * A copy in which one setting names another component.
   *
   * @param setting a setting that names a component
   * @param component a component of the setting's kind
   * @throws PalimpsestException if the setting names no component
   * @throws IllegalArgumentException if the component is of another kind, or the owner does not
   *     declare this very setting
   */
  public Settings with(Setting<?> setting, Component<?> component) {
    return with(
        setting,
        component.canonical(),
        (kind, call) -> {
          if (component.provider().kind() != kind) {
            throw new IllegalArgumentException(
                "setting '"
                    + setting.key()
                    + "' of '"
                    + owner
                    + "' names a component of kind "
                    + kind.label()
                    + ", not "
                    + component.id());
          }
          return component;
        });
  }

  private Settings with(Setting<?> setting, Value value, Setting.ComponentSource components) {
    read(setting);
    Map<String, Filled<?>> changed = new LinkedHashMap<>(values);
    changed.put(setting.key(), Filled.of(setting, value, components));
    return new Settings(owner, changed);
  }

  /** The nested components by key, in the order in which the settings are declared. */
  Map<String, Component<?>> nested() {
    Map<String, Component<?>> nested = new LinkedHashMap<>();
    values.forEach(
        (key, filled) -> {
          Component<?> component = filled.read().component();
          if (component != null) {
            nested.put(key, component);
          }
        });
    return nested;
  }

  /** All values as recipe text, by key. */
  public SortedMap<String, Value> canonical() {
    TreeMap<String, Value> canonical = new TreeMap<>();
    values.forEach((key, filled) -> canonical.put(key, filled.read().canonical()));
    return Collections.unmodifiableSortedMap(canonical);
  }

  /** Settings are equal if their components have the same id and the same canonical text. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Settings o
        && owner.equals(o.owner)
        && canonical().equals(o.canonical());
  }

  @Override
  public int hashCode() {
    return 31 * owner.hashCode() + canonical().hashCode();
  }

  @Override
  public String toString() {
    return new Value.Call(owner.value(), canonical()).toString();
  }

  private <T> Setting.Read<T> read(Setting<T> setting) {
    Filled<?> filled = values.get(setting.key());
    if (filled == null) {
      throw new IllegalArgumentException(
          "'" + owner + "' does not declare setting '" + setting.key() + "'");
    }
    if (filled.setting() != setting) {
      throw new IllegalArgumentException(
          "'"
              + owner
              + "' declares another setting '"
              + setting.key()
              + "': keep each Setting in one constant, list it in settings() and read it with that"
              + " constant");
    }
    @SuppressWarnings("unchecked") // the very setting whose reader made the value
    Setting.Read<T> read = (Setting.Read<T>) filled.read();
    return read;
  }
}
