package io.github.palimpsest.cli.option;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.engine.device.DeviceList;
import java.util.List;

/** Finds devices by their names on the command line. */
public final class Devices {
  private Devices() {}

  /** Checks that a device exists: TensorFlow itself would silently use the CPU. */
  public static Device present(Device device) {
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
