package io.github.palimpsest.cli.bench;

import io.github.palimpsest.cli.option.DeviceOption;
import io.github.palimpsest.cli.option.Ranged;
import io.github.palimpsest.engine.device.Device;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How many steps are timed, and where. */
final class StepOptions {
  @Option(
      names = "--steps",
      paramLabel = "N",
      converter = Ranged.Count.class,
      defaultValue = "20",
      description = "steps of each; default: ${DEFAULT-VALUE}")
  int steps;

  @Mixin DeviceOption device = new DeviceOption();

  Device device() {
    return device.present();
  }
}
