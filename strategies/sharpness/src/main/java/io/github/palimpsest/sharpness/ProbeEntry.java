package io.github.palimpsest.sharpness;

import io.github.palimpsest.api.ComponentId;
import io.github.palimpsest.api.Cost;
import io.github.palimpsest.api.Onset;
import io.github.palimpsest.api.Probe;
import io.github.palimpsest.api.ProbeProvider;
import io.github.palimpsest.api.Setting;
import io.github.palimpsest.api.Settings;
import io.github.palimpsest.api.Traits;
import java.util.List;
import java.util.function.Function;

/**
 * A probe's provider.
 *
 * @param id the name
 * @param summary one line
 * @param equation plain text
 * @param settings in reading order
 * @param reference where it comes from
 * @param creator makes it
 */
record ProbeEntry(
    ComponentId id,
    String summary,
    String equation,
    List<Setting<?>> settings,
    String reference,
    Function<Settings, Probe> creator)
    implements ProbeProvider {

  @Override
  public Traits traits(Settings values) {
    return Traits.of(Onset.AFTER_TRAINING, Cost.NONE, reference);
  }

  @Override
  public Probe create(Settings values) {
    return creator.apply(values);
  }
}
