package io.github.palimpsest.api.discovery;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.Stable;

/** A plugin that cannot be used; the message names its JAR. */
@Stable(since = "0.1")
public final class PluginException extends PalimpsestException {
  private static final long serialVersionUID = 1L;

  PluginException(String message) {
    super(message);
  }

  PluginException(String message, Throwable cause) {
    super(message, cause);
  }
}
