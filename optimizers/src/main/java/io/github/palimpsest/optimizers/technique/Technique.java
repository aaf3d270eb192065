package io.github.palimpsest.optimizers.technique;

import io.github.palimpsest.api.ComponentId;
import io.github.palimpsest.api.Optimizer;
import io.github.palimpsest.api.OptimizerProvider;
import io.github.palimpsest.api.Setting;
import io.github.palimpsest.api.Settings;
import io.github.palimpsest.api.Traits;
import java.util.List;
import java.util.function.Function;

/**
 * A provider written as one value, beside the technique that it creates.
 *
 * @param id the name in recipes
 * @param summary one line for listings
 * @param equation the update in plain text, with the symbols of the settings
 * @param settings in reading order
 * @param declared what a technique with these settings costs, and its sources
 * @param maker creates the technique
 */
public record Technique(
    ComponentId id,
    String summary,
    String equation,
    List<Setting<?>> settings,
    Function<Settings, Traits> declared,
    Function<Settings, Optimizer> maker)
    implements OptimizerProvider {
  /** Copies the settings. */
  public Technique {
    settings = List.copyOf(settings);
  }

  @Override
  public Traits traits(Settings values) {
    return declared.apply(values);
  }

  @Override
  public Optimizer create(Settings values) {
    return maker.apply(values);
  }
}
