package io.github.palimpsest.execution.memory;

import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.engine.device.LayerLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The predicted memory of one of several devices that share a model: its share of the parts of
 * {@link PeakModel}. A model of a single device has one of these.
 *
 * <pre>
 * weights, slots, sums, memories, drawn          by the parameters of its layers
 * point, stored point, update, rounded           by the parameters of its layers
 * activations                                    by the number of its layers
 * logits, head, other passes                     on the last device
 * layer and any other part                       whole, as if each device needed it
 * spread                                         by the temporary values among these
 * graphs, host, runtime, host slots              not on a device
 * </pre>
 *
 * @param device the device
 * @param layers its layers, such as {@code 0-15}
 * @param count the number of its layers
 * @param parts the parts, which add up
 */
public record DeviceMemory(
    Device device, String layers, int count, List<MemoryEstimate.Part> parts) {
  /** Parts of the process, not of a device. */
  private static final Set<String> HOST = Set.of("graphs", "host", "runtime", PeakModel.HOST_SLOTS);

  private static final Set<String> BY_PARAMETERS =
      Set.of(
          "weights",
          "slots",
          "sums",
          "memories",
          "drawn",
          "point",
          "stored point",
          "update",
          "rounded");

  private static final Set<String> LASTING =
      Set.of("weights", "slots", "sums", "memories", "drawn", "stored point");
  private static final Set<String> LAST = Set.of("logits", "head", "other passes");
  private static final String SPREAD = "spread";

  /** Copies the list. */
  public DeviceMemory {
    parts = List.copyOf(parts);
  }

  /** The peak, in bytes. */
  public long bytes() {
    return parts.stream().mapToLong(MemoryEstimate.Part::bytes).sum();
  }

  /** An estimate without the parts of the process, which are not on a device. */
  public static MemoryEstimate ofDevice(MemoryEstimate process) {
    return new MemoryEstimate(
        process.moment(), process.parts().stream().filter(p -> !HOST.contains(p.name())).toList());
  }

  /** Which layers are there. */
  String meaning() {
    return (layers.contains("-") ? "layers " : "layer ") + layers;
  }

  /**
   * The memory of each device.
   *
   * @param w what decides the memory of a run
   * @param devices the device, or several that share the model
   * @throws io.github.palimpsest.api.PalimpsestException if the model has fewer layers
   */
  public static List<DeviceMemory> of(Workload w, Device devices) {
    return of(PeakModel.of(w), w.model().parameters(), w.trained(), devices);
  }

  /**
   * The smallest number of GPUs each of which has enough memory.
   *
   * @param w what decides the memory of a run
   * @param bytes the memory of one GPU
   * @param most the largest number to try
   * @return the memory of each; empty if it does not fit
   */
  public static Optional<List<DeviceMemory>> fitting(Workload w, long bytes, int most) {
    MemoryEstimate whole = PeakModel.of(w);
    for (int n = 1; n <= Math.min(most, w.model().spec().layers()); n++) {
      Device gpus = new Device(true, IntStream.range(0, n).boxed().toList());
      List<DeviceMemory> each = of(whole, w.model().parameters(), w.trained(), gpus);
      if (each.stream().allMatch(d -> d.bytes() <= bytes)) {
        return Optional.of(each);
      }
    }
    return Optional.empty();
  }

  /**
   * Divides an estimate.
   *
   * @param whole the estimate for one device
   * @param model the parameters of the model
   * @param trained the trained parameters
   */
  static List<DeviceMemory> of(
      MemoryEstimate whole,
      List<ParameterSpec> model,
      List<ParameterSpec> trained,
      Device devices) {
    LayerLayout layout = devices.layout(model);
    int last = layout.devices() - 1;
    List<Double> weights = shares(layout.floats(model));
    List<Double> changed = shares(layout.floats(trained));
    List<Double> layers = shares(layout.counts().stream().map(Long::valueOf).toList());
    double spread = spread(whole);
    List<DeviceMemory> all = new ArrayList<>();
    for (int d = 0; d <= last; d++) {
      List<MemoryEstimate.Part> parts = new ArrayList<>();
      long temporary = 0;
      for (MemoryEstimate.Part p : whole.parts()) {
        double share =
            switch (p.name()) {
              case "weights", "rounded" -> weights.get(d);
              case "activations" -> layers.get(d);
              default ->
                  BY_PARAMETERS.contains(p.name())
                      ? changed.get(d)
                      : HOST.contains(p.name()) || LAST.contains(p.name()) && d < last ? 0 : 1;
            };
        long bytes = Math.round(share * (p.name().equals(SPREAD) ? 0 : p.bytes()));
        if (bytes > 0) {
          parts.add(new MemoryEstimate.Part(p.name(), bytes, p.meaning()));
          temporary += LASTING.contains(p.name()) ? 0 : bytes;
        }
      }
      long between = Math.round(spread * temporary);
      if (between > 0) {
        parts.add(new MemoryEstimate.Part(SPREAD, between, "unused between temporary values"));
      }
      all.add(
          new DeviceMemory(
              devices.each().get(d), layout.layers().get(d), layout.counts().get(d), parts));
    }
    return all;
  }

  /** The spread per byte of temporary values. */
  private static double spread(MemoryEstimate whole) {
    long spread = 0;
    long temporary = 0;
    for (MemoryEstimate.Part p : whole.parts()) {
      if (p.name().equals(SPREAD)) {
        spread += p.bytes();
      } else if (!LASTING.contains(p.name()) && !HOST.contains(p.name())) {
        temporary += p.bytes();
      }
    }
    return temporary == 0 ? 0 : (double) spread / temporary;
  }

  private static List<Double> shares(List<Long> sizes) {
    double sum = sizes.stream().mapToLong(s -> s).sum();
    return sizes.stream().map(s -> sum == 0 ? 0 : s / sum).toList();
  }
}
