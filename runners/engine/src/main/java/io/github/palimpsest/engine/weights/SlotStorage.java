package io.github.palimpsest.engine.weights;

import io.github.palimpsest.engine.device.Device;
import java.util.Optional;

/**
 * How the state of an optimizer is stored between steps, for every optimizer alike. What a
 * regularizer tracks is always in float32 and with the parameters.
 *
 * @param type the type of its numbers
 * @param place the memory
 */
public record SlotStorage(SlotType type, SlotPlace place) {
  /** In float32, with the parameters. */
  public static final SlotStorage DEFAULT = new SlotStorage(SlotType.FLOAT32, SlotPlace.DEVICE);

  /** A copy with this type. */
  public SlotStorage with(SlotType other) {
    return new SlotStorage(other, place);
  }

  /** A copy with this place. */
  public SlotStorage with(SlotPlace other) {
    return new SlotStorage(type, other);
  }

  /** What to tell a user whose choice of the host's memory saves nothing; empty otherwise. */
  public Optional<String> notice(Device device) {
    return place == SlotPlace.HOST && !device.gpu()
        ? Optional.of(
            "slots-place 'host' saves nothing on device '"
                + device
                + "', whose memory is the host's; it is for GPUs")
        : Optional.empty();
  }

  /** The bytes of a number. */
  public int bytes() {
    return type == SlotType.BFLOAT16 ? 2 : Float.BYTES;
  }
}
