package io.github.palimpsest.api.metric;

import io.github.palimpsest.api.Experimental;
import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.component.Settings;
import java.util.Optional;

/**
 * The capability of a metric's provider whose metrics read {@link ScoreMatrix#reference}. A runner
 * trains reference models only for such metrics, and only if an experiment names one (MET-05).
 */
@Experimental(since = "0.2")
@FunctionalInterface
public interface NeedsReferences {
  /**
   * How the reference models of the metric with these settings are trained.
   *
   * @param settings values for exactly the provider's settings
   */
  ReferenceTraining training(Settings settings);

  /** How a component's reference models are trained; empty without the capability. */
  static Optional<ReferenceTraining> of(Component<?> component) {
    return component
        .provider()
        .capability(NeedsReferences.class)
        .map(needs -> needs.training(component.settings()));
  }
}
