package io.github.palimpsest.lora;

import io.github.palimpsest.api.regularizer.RegularizerProvider;
import io.github.palimpsest.tck.RegularizerKit;
import org.junit.jupiter.api.Tag;

/** Every rule of regularizers where the directions are fewer than those of the kit's kernels. */
@Tag("native")
class ControlledLoraKitTest extends RegularizerKit {
  @Override
  protected RegularizerProvider subject() {
    return ControlledLora.PROVIDER;
  }

  @Override
  protected String settings() {
    return "k=3";
  }
}
