package io.github.palimpsest.tracking;

import io.github.palimpsest.api.tracker.TrackerProvider;
import io.github.palimpsest.tck.TrackerKit;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Every rule of the specification, at a double of the server. */
class MlflowKitTest extends TrackerKit {
  private MlflowDouble server;

  @BeforeEach
  void start() throws IOException {
    server = new MlflowDouble();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Override
  protected TrackerProvider subject() {
    return MlflowProvider.of();
  }

  @Override
  protected String settings() {
    return "target=\"" + server.uri() + "\"";
  }
}
