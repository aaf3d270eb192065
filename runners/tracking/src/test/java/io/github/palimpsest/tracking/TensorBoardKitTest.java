package io.github.palimpsest.tracking;

import io.github.palimpsest.api.tracker.TrackerProvider;
import io.github.palimpsest.tck.TrackerKit;
import org.junit.jupiter.api.Tag;

/** Every rule of the specification, in a temporary folder. */
@Tag("native")
class TensorBoardKitTest extends TrackerKit {
  @Override
  protected TrackerProvider subject() {
    return TensorBoardProvider.of();
  }
}
