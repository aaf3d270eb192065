package io.github.palimpsest.cli.option;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.cli.terminal.NativeMessages;
import io.github.palimpsest.engine.device.Device;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The device on which a model runs. */
public final class DeviceOption {
  @Option(
      names = "--device",
      paramLabel = "D",
      defaultValue = "cpu",
      converter = Named.class,
      description =
          "cpu or gpu:N, or several GPUs that share the model, as gpu:0-3 or gpu:0,2; default:"
              + " ${DEFAULT-VALUE}")
  Device wanted = Device.CPU;

  /**
   * The requested device. Loads the native library.
   *
   * @throws PalimpsestException if this machine does not have it
   */
  public Device present() {
    NativeMessages.divert();
    return Devices.present(wanted);
  }

  /** A device, or several, by name. */
  static final class Named implements ITypeConverter<Device> {
    @Override
    public Device convert(String name) {
      try {
        return Device.named(name);
      } catch (PalimpsestException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }
}
