package io.github.palimpsest.cli;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.engine.Device;
import io.github.palimpsest.engine.DeviceList;
import java.util.List;

/** Devices by the name that people give. */
final class Devices {
  private Devices() {}

  /** Checks that a device is there: TensorFlow itself would take the CPU without a word. */
  static Device present(Device device) {
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
