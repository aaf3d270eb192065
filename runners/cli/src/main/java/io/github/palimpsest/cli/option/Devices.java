package io.github.palimpsest.cli.option;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.engine.device.DeviceList;
import java.util.List;

/** Finds devices by their names on the command line. */
public final class Devices {
  private Devices() {}

  /** Checks that all devices exist: TensorFlow itself would silently use the CPU. */
  public static Device present(Device device) {
    if (device.gpu()) {
      List<String> found = DeviceList.names();
      for (Device one : device.each()) {
        if (!found.contains("GPU:" + one.indices().get(0))) {
          String visible = System.getenv("CUDA_VISIBLE_DEVICES");
          throw new PalimpsestException(
              "device '"
                  + one
                  + "' does not exist on this machine"
                  + (visible == null ? "" : " with CUDA_VISIBLE_DEVICES=" + visible)
                  + "; found: "
                  + String.join(", ", found)
                  + " ('palimpsest doctor' says what is missing)");
        }
      }
    }
    return device;
  }
}
