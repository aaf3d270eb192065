package io.github.palimpsest.tracking;

import io.github.palimpsest.api.Plugin;
import io.github.palimpsest.api.tracker.TrackerProvider;
import java.util.List;

/** Provides the trackers that ship with the runners. */
public final class TrackersPlugin implements Plugin {
  @Override
  public String name() {
    return "palimpsest-tracking";
  }

  @Override
  public List<TrackerProvider> trackers() {
    return List.of(TensorBoardProvider.of(), MlflowProvider.of());
  }
}
