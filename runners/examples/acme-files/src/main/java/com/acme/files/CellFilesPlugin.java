package com.acme.files;

import io.github.palimpsest.api.Plugin;
import io.github.palimpsest.api.tracker.TrackerProvider;
import java.util.List;

/** Named in META-INF/services/io.github.palimpsest.api.Plugin. */
public final class CellFilesPlugin implements Plugin {
  @Override
  public String name() {
    return "acme-files";
  }

  @Override
  public List<TrackerProvider> trackers() {
    return List.of(CellFiles.PROVIDER);
  }
}
