package io.github.palimpsest.cli.option;

import io.github.palimpsest.engine.weights.SlotPlace;
import io.github.palimpsest.engine.weights.SlotStorage;
import io.github.palimpsest.engine.weights.SlotType;
import picocli.CommandLine.Option;

/** How the state of the optimizer is stored between steps. */
public final class SlotOptions {
  @Option(
      names = "--slots",
      paramLabel = "TYPE",
      defaultValue = "float32",
      description =
          "state of the optimizer stored as ${COMPLETION-CANDIDATES}; bfloat16 by stochastic"
              + " rounding; default: ${DEFAULT-VALUE}")
  SlotType type = SlotType.FLOAT32;

  @Option(
      names = "--slots-place",
      paramLabel = "PLACE",
      defaultValue = "device",
      description =
          "memory of that state between steps: ${COMPLETION-CANDIDATES}; host is for GPUs; default:"
              + " ${DEFAULT-VALUE}")
  SlotPlace place = SlotPlace.DEVICE;

  /** The storage. */
  public SlotStorage storage() {
    return new SlotStorage(type, place);
  }
}
