package io.github.palimpsest.execution;

import java.util.List;

/** Several listeners to one run; each is told in turn, and any may stop it. */
public record RunListeners(List<RunListener> all) implements RunListener {
  public RunListeners {
    all = List.copyOf(all);
  }

  @Override
  public void on(RunEvent event) {
    all.forEach(l -> l.on(event));
  }

  @Override
  public boolean stops() {
    return all.stream().anyMatch(RunListener::stops);
  }
}
