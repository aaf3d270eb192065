package org.acme;

import io.github.palimpsest.api.Plugin;

/** Cannot be made. */
public final class AcmeUnmadePlugin implements Plugin {
  /** Throws. */
  public AcmeUnmadePlugin() {
    throw new IllegalStateException("not today");
  }

  @Override
  public String name() {
    return "acme";
  }
}
