package io.github.palimpsest.cli;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.engine.Device;
import io.github.palimpsest.engine.DeviceList;
import java.util.List;

/** Finds devices by their names on the command line. */
final class Devices {
  private Devices() {}

  /** Checks that a device exists: TensorFlow itself would silently use the CPU. */
  static Device present(Device device) {
    if (device.gpu()) {
      List<String> found = DeviceList.names();
      if (!found.contains("GPU:" + device.index())) {
        throw new PalimpsestException(
            "device '"
                + device
                + "' does not exist on this machine; found: "
                + String.join(", ", found)
                + " ('palimpsest doctor' says what is missing)");
      }
    }
    return device;
  }
}
