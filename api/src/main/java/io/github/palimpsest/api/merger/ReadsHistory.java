package io.github.palimpsest.api.merger;

import io.github.palimpsest.api.Experimental;
import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.component.Settings;

/**
 * The capability of a merger's provider whose mergers read {@link WeightHistory#after} of earlier
 * tasks, such as soups and TIES. A runner keeps these weights only for such mergers (PPW-06).
 */
@Experimental(since = "0.1")
@FunctionalInterface
public interface ReadsHistory {
  /**
   * Whether the merger with these settings reads the weights after earlier tasks.
   *
   * @param settings values for exactly the provider's settings
   */
  boolean reads(Settings settings);

  /** Whether a component reads the weights after earlier tasks; never without the capability. */
  static boolean in(Component<?> component) {
    return component
        .provider()
        .capability(ReadsHistory.class)
        .map(r -> r.reads(component.settings()))
        .orElse(false);
  }
}
