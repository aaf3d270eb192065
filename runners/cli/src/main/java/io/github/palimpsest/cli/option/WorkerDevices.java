package io.github.palimpsest.cli.option;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.engine.device.Device;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A device of its own for each worker of a run. */
public final class WorkerDevices {
  @Option(
      names = "--devices",
      paramLabel = "D",
      converter = DeviceOption.Named.class,
      description =
          "one device for each worker, as gpu:0-7; starts a worker for each unless --workers asks"
              + " for fewer. --device shares one model over devices instead")
  @Nullable Device each;

  /** Whether the option was given. */
  public boolean given() {
    return each != null;
  }

  /**
   * The number of workers.
   *
   * @param asked the number that {@code --workers} asks for; null if it was not given
   * @throws PalimpsestException if it asks for more than there are devices
   */
  public int workers(@Nullable Integer asked) {
    if (each == null) {
      return asked == null ? 1 : asked;
    }
    int devices = each.indices().size();
    if (asked != null && asked > devices) {
      throw new PalimpsestException(
          "--workers %d with --devices %s: at most %d, one for each device"
              .formatted(asked, each, devices));
    }
    return asked == null ? devices : asked;
  }

  /**
   * Names the device of the experiment as a worker calls it, which sees only its own GPU.
   *
   * @throws PalimpsestException if another device was asked for
   */
  public void name(ExperimentOptions experiment) {
    if (each == null) {
      return;
    }
    if (experiment.device != null) {
      throw new PalimpsestException(
          "either --device %s or --devices %s, not both".formatted(experiment.device, each));
    }
    experiment.device = each.gpu() ? "gpu:0" : "cpu";
  }

  /** The GPU of each worker; empty if they share what there is. */
  public List<Integer> gpus() {
    return each != null && each.gpu() ? each.indices() : List.of();
  }
}
