package io.github.palimpsest.cli.option;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.engine.device.DeviceList;
import java.util.List;

/** Devices by the name that people give. */
public final class Devices {
  private Devices() {}

  /** Checks that a device is there: TensorFlow itself would take the CPU without a word. */
  public static Device present(Device device) {
    if (device.gpu()) {
      List<String> found = DeviceList.names();
      if (!found.contains("GPU:" + device.index())) {
        throw new PalimpsestException(
            "device '"
                + device
                + "' is not here; found: "
                + String.join(", ", found)
                + " ('palimpsest doctor' says what is missing)");
      }
    }
    return device;
  }
}
