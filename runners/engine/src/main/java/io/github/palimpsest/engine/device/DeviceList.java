package io.github.palimpsest.engine.device;

import static org.tensorflow.internal.c_api.global.tensorflow.TFE_ContextListDevices;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_DeleteDeviceList;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_DeviceListCount;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_DeviceListName;

import io.github.palimpsest.api.PalimpsestException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tensorflow.TensorFlow;
import org.tensorflow.internal.c_api.TFE_Context;
import org.tensorflow.internal.c_api.TFE_ContextOptions;
import org.tensorflow.internal.c_api.TF_DeviceList;
import org.tensorflow.internal.c_api.TF_Status;

/** The devices of the native library. Loads the library. */
public final class DeviceList {
  private DeviceList() {}

  /** The version of the native library. */
  public static String version() {
    return TensorFlow.version();
  }

  /**
   * Refuses a device that this machine does not have: TensorFlow itself would use the CPU.
   *
   * @throws PalimpsestException names the device and those that were found
   */
  public static void require(Device device) {
    missing(device)
        .ifPresent(
            missing -> {
              throw new PalimpsestException(missing);
            });
  }

  /** What is said of a device that this machine does not have, with those that were found. */
  public static Optional<String> missing(Device device) {
    if (!device.gpu()) {
      return Optional.empty();
    }
    List<String> found = names();
    String visible = System.getenv("CUDA_VISIBLE_DEVICES");
    return device.each().stream()
        .filter(one -> !found.contains("GPU:" + one.indices().get(0)))
        .findFirst()
        .map(
            one ->
                "device '%s' does not exist on this machine%s; found: %s"
                    .formatted(
                        one,
                        visible == null ? "" : " with CUDA_VISIBLE_DEVICES=" + visible,
                        String.join(", ", found)));
  }

  /** The names of all devices that the native library has found, such as {@code CPU:0}. */
  public static List<String> names() {
    // the Java API lists no devices; the C API does, through an eager context
    try (TF_Status status = TF_Status.newStatus();
        TFE_ContextOptions options = TFE_ContextOptions.newContextOptions();
        TFE_Context context = TFE_Context.newContext(options, status)) {
      status.throwExceptionIfNotOK();
      TF_DeviceList list = TFE_ContextListDevices(context, status);
      status.throwExceptionIfNotOK();
      List<String> names = new ArrayList<>();
      for (int i = 0; i < TF_DeviceListCount(list); i++) {
        String name = TF_DeviceListName(list, i, status).getString();
        names.add(name.substring(name.lastIndexOf("device:") + "device:".length()));
      }
      TF_DeleteDeviceList(list);
      return names;
    }
  }
}
