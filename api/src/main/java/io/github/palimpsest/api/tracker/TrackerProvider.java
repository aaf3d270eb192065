package io.github.palimpsest.api.tracker;

import io.github.palimpsest.api.Experimental;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Kind;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Provider;
import io.github.palimpsest.api.component.ProviderBuilder;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Traits;

/**
 * Provides a {@link Tracker}. Its id is the word in {@code --track WORD=TARGET} and in {@code
 * track:} in an experiment file. One of its settings is {@code target}, see {@link #target}.
 *
 * <p>{@link #create} does not touch the target; {@link Tracker#open} and later calls do.
 */
@Experimental(since = "0.1")
public interface TrackerProvider extends Provider<Tracker> {
  /** The key of the setting that names the target. */
  String TARGET = "target";

  @Override
  default Kind kind() {
    return Kind.TRACKER;
  }

  /**
   * The setting that every tracker has.
   *
   * @param usual the default target: a folder, a file or a server
   * @param doc the description of a target of this tracker
   */
  static Setting<String> target(String usual, String doc) {
    return Setting.text(TARGET, usual, doc);
  }

  /**
   * Begins a tracker's provider as one value; {@link ProviderBuilder#settings} must have its {@link
   * #target}.
   *
   * @param id the word on the command line and in experiment files
   * @param summary one line for listings
   * @param shows the data at the target, in plain text; it takes the place of an equation
   * @param references the sources for the target's format or protocol
   * @throws PalimpsestException if the id does not match the grammar of {@link
   *     io.github.palimpsest.api.component.ComponentId}
   */
  static ProviderBuilder<Tracker, TrackerProvider> of(
      String id, String summary, String shows, String... references) {
    return new ProviderBuilder<Tracker, TrackerProvider>(
            Kind.TRACKER, id, summary, shows, DeclaredTracker::new)
        .traits(Traits.of(Onset.AFTER_TRAINING, Cost.NONE, references));
  }
}
