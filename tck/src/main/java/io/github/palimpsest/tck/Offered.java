package io.github.palimpsest.tck;

import io.github.palimpsest.api.Plugin;
import io.github.palimpsest.api.component.Provider;
import java.util.List;
import java.util.stream.Stream;

/** All components that a plugin offers. */
public final class Offered {
  private Offered() {}

  /** The providers of a plugin. */
  public static List<Provider<?>> by(Plugin p) {
    return Stream.<List<? extends Provider<?>>>of(
            p.optimizers(),
            p.adapters(),
            p.regularizers(),
            p.rehearsals(),
            p.mergers(),
            p.metrics(),
            p.probes(),
            p.families(),
            p.formats(),
            p.measures(),
            p.trackers())
        .<Provider<?>>flatMap(List::stream)
        .toList();
  }
}
