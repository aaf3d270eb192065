package io.github.palimpsest.cli.bench;

import io.github.palimpsest.cli.option.DeviceOption;
import io.github.palimpsest.cli.option.Ranged;
import io.github.palimpsest.engine.Training;
import io.github.palimpsest.engine.device.Device;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How many steps are timed, where, and in how many parts. */
final class StepOptions {
  @Option(
      names = "--steps",
      paramLabel = "N",
      converter = Ranged.Count.class,
      defaultValue = "20",
      description = "steps of each; default: ${DEFAULT-VALUE}")
  int steps;

  @Option(
      names = "--towers",
      converter = Ranged.Count.class,
      paramLabel = "N",
      defaultValue = "1",
      description = "parts of the batch, computed side by side; default: ${DEFAULT-VALUE}")
  int towers;

  @Mixin DeviceOption device = new DeviceOption();

  Device device() {
    return device.present().forTowers(towers);
  }

  /** Training whose steps are each of one batch of a shape. */
  Training training(BenchShape shape) {
    return Training.epochs(1, shape.batch()).inTowers(towers);
  }
}
