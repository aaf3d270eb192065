package com.acme.trim;

import io.github.palimpsest.api.Plugin;
import io.github.palimpsest.api.merger.MergerProvider;
import java.util.List;

/** Named in META-INF/services/io.github.palimpsest.api.Plugin. */
public final class TrimPlugin implements Plugin {
  @Override
  public String name() {
    return "acme-trim";
  }

  @Override
  public List<MergerProvider> mergers() {
    return List.of(Trim.PROVIDER);
  }
}
