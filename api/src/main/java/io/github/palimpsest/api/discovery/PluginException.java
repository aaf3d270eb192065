package io.github.palimpsest.api.discovery;

import io.github.palimpsest.api.PalimpsestException;

/** A plugin that cannot be used; the message names its JAR. */
public final class PluginException extends PalimpsestException {
  private static final long serialVersionUID = 1L;

  PluginException(String message) {
    super(message);
  }

  PluginException(String message, Throwable cause) {
    super(message, cause);
  }
}
