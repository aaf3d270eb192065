package io.github.palimpsest.api.component;

import io.github.palimpsest.api.Stable;
import io.github.palimpsest.api.recipe.Value;
import java.util.Map;

/**
 * A provider with resolved settings: the full description of one component of a recipe.
 *
 * @param provider the provider that creates it
 * @param settings a value for each of the provider's settings
 * @param <T> the component's interface
 */
@Stable(since = "0.1")
public record Component<T>(Provider<T> provider, Settings settings) {
  /** The component's name. */
  public ComponentId id() {
    return provider.id();
  }

  /** Creates a new instance of the component. */
  public T create() {
    return provider.create(settings);
  }

  /** The traits that the component declares with these settings. */
  public Traits traits() {
    return provider.traits(settings);
  }

  /** The component as recipe text with every default filled in. */
  public Value.Call canonical() {
    return new Value.Call(id().value(), settings.canonical());
  }

  /**
   * The components inside this one, for example a wrapped optimizer, by setting key, in the order
   * of the settings.
   */
  public Map<String, Component<?>> nested() {
    return settings.nested();
  }

  @Override
  public String toString() {
    return canonical().toString();
  }
}
