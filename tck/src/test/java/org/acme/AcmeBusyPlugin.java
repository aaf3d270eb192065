package org.acme;

import io.github.palimpsest.api.Plugin;
import io.github.palimpsest.api.metric.ForgettingMetricProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Starts a thread and writes a file when it is made. */
public final class AcmeBusyPlugin implements Plugin {
  /** As its name says. */
  public AcmeBusyPlugin() {
    Thread waiting =
        new Thread(
            () -> {
              synchronized (this) {
                try {
                  wait();
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              }
            },
            "acme-waits");
    waiting.setDaemon(true);
    waiting.start();
    try {
      Files.writeString(Path.of("acme.txt"), "here");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String name() {
    return "acme";
  }

  @Override
  public List<ForgettingMetricProvider> metrics() {
    return List.of(new AcmeZero());
  }
}
