package io.github.palimpsest.cli.option;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.engine.device.DeviceList;

/** Finds devices by their names on the command line. */
public final class Devices {
  private Devices() {}

  /** Checks that all devices exist: TensorFlow itself would silently use the CPU. */
  public static Device present(Device device) {
    DeviceList.missing(device)
        .ifPresent(
            missing -> {
              throw new PalimpsestException(
                  missing + " ('palimpsest doctor' says what is missing)");
            });
    return device;
  }
}
