package com.acme.recent;

import io.github.palimpsest.api.Plugin;
import io.github.palimpsest.api.rehearsal.RehearsalProvider;
import java.util.List;

/** Named in META-INF/services/io.github.palimpsest.api.Plugin. */
public final class RecentPlugin implements Plugin {
  @Override
  public String name() {
    return "acme-recent";
  }

  @Override
  public List<RehearsalProvider> rehearsals() {
    return List.of(Recent.PROVIDER);
  }
}
