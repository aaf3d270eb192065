package io.github.palimpsest.cli;

import io.github.palimpsest.engine.Device;
import picocli.CommandLine.Option;

/** Where a model runs. */
final class DeviceOption {
  @Option(
      names = "--device",
      paramLabel = "D",
      defaultValue = "cpu",
      description = "cpu or gpu:N; default: ${DEFAULT-VALUE}")
  String name = "";

  /** The device that was asked for, before the native library is loaded. */
  Device wanted() {
    return Device.parse(name);
  }
}
