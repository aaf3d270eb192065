package io.github.palimpsest.engine.device;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.ParameterSpec.Role;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import java.util.stream.IntStream;

/**
 * The distribution of a model's layers over several devices. Each device has consecutive layers,
 * each layer is whole, the embedding is with the first layer and the head with the last. Of all
 * such distributions it is the one whose largest device has the fewest parameters.
 *
 * <p>Depends on shapes alone, so it can be computed for a model that was never read.
 */
public final class LayerLayout {
  private final List<ParameterSpec> parameters;
  private final int devices;

  /** The first layer of each device, and the number of layers. */
  private final int[] firsts;

  private final Map<String, Integer> places = new HashMap<>();

  private LayerLayout(List<ParameterSpec> parameters, int devices, int[] firsts) {
    this.parameters = List.copyOf(parameters);
    this.devices = devices;
    this.firsts = firsts;
    boolean layersSeen = false;
    for (ParameterSpec p : parameters) {
      layersSeen |= p.layer() >= 0;
      places.put(p.name(), place(p, layersSeen));
    }
  }

  /**
   * Distributes a model.
   *
   * @param parameters all parameters of the model
   * @param devices the number of devices, at least 1
   * @throws PalimpsestException if the model has fewer layers than there are devices
   */
  public static LayerLayout of(List<ParameterSpec> parameters, int devices) {
    int layers = parameters.stream().mapToInt(ParameterSpec::layer).max().orElse(-1) + 1;
    if (devices > Math.max(1, layers)) {
      throw new PalimpsestException(
          "a model of %d layers takes 1 to %d devices, not %d: each device needs a layer"
              .formatted(layers, Math.max(1, layers), devices));
    }
    return new LayerLayout(parameters, devices, cut(sizes(parameters, layers), devices));
  }

  /** The floats of each layer, with the embedding and the head. */
  private static long[] sizes(List<ParameterSpec> parameters, int layers) {
    long[] sizes = new long[Math.max(1, layers)];
    boolean layersSeen = false;
    for (ParameterSpec p : parameters) {
      layersSeen |= p.layer() >= 0;
      int layer = p.layer() >= 0 ? p.layer() : isFirst(p, layersSeen) ? 0 : sizes.length - 1;
      sizes[layer] += p.shape().size();
    }
    return sizes;
  }

  /** Whether a parameter of no layer belongs to the beginning of the model. */
  private static boolean isFirst(ParameterSpec p, boolean layersSeen) {
    return p.role() == Role.EMBEDDING || p.role() != Role.HEAD && !layersSeen;
  }

  private int place(ParameterSpec p, boolean layersSeen) {
    return p.layer() >= 0 ? ofLayer(p.layer()) : isFirst(p, layersSeen) ? 0 : devices - 1;
  }

  /**
   * Cuts into consecutive parts whose largest sum is least; of several such cuts, one with the
   * least sum of squares, which is the most even.
   */
  private static int[] cut(long[] sizes, int parts) {
    long[] before = new long[sizes.length + 1];
    for (int i = 0; i < sizes.length; i++) {
      before[i + 1] = before[i] + sizes[i];
    }
    int[] narrow = cut(before, parts, Long.MAX_VALUE, (a, b) -> Math.max(a, b));
    long largest = 0;
    for (int k = 0; k < parts; k++) {
      largest = Math.max(largest, before[narrow[k + 1]] - before[narrow[k]]);
    }
    return cut(before, parts, largest, (part, rest) -> part * part + rest);
  }

  /**
   * Cuts into consecutive parts at the least cost.
   *
   * @param before the sum of what is before each place
   * @param largest the largest sum that a part may have
   * @param cost the cost of a part and those after it, from the part's sum and the cost of the rest
   * @return the first place of each part, and the end
   */
  private static int[] cut(long[] before, int parts, long largest, DoubleBinaryOperator cost) {
    int n = before.length - 1;
    // least[k][i]: the cost of what begins at i in k parts
    double[][] least = new double[parts + 1][n + 1];
    int[][] end = new int[parts + 1][n + 1];
    Arrays.fill(least[0], 0, n, Double.POSITIVE_INFINITY);
    for (int k = 1; k <= parts; k++) {
      Arrays.fill(least[k], Double.POSITIVE_INFINITY);
      for (int i = n - k; i >= 0; i--) {
        for (int j = i + 1; j <= n - (k - 1) && before[j] - before[i] <= largest; j++) {
          double all = cost.applyAsDouble(before[j] - before[i], least[k - 1][j]);
          if (all < least[k][i]) {
            least[k][i] = all;
            end[k][i] = j;
          }
        }
      }
    }
    int[] firsts = new int[parts + 1];
    for (int k = parts; k > 0; k--) {
      firsts[parts - k + 1] = end[k][firsts[parts - k]];
    }
    return firsts;
  }

  /** The number of devices. */
  public int devices() {
    return devices;
  }

  /** The place of the device of a layer, from 0. */
  public int ofLayer(int layer) {
    int place = 0;
    while (place + 1 < devices && firsts[place + 1] <= layer) {
      place++;
    }
    return place;
  }

  /**
   * The place of the device of a parameter, from 0: of the model, or of an adapter. Those of an
   * adapter without a layer are with the parameter whose name they contain, or on the first device.
   */
  public int of(ParameterSpec parameter) {
    Integer known = places.get(parameter.name());
    if (known != null) {
      return known;
    }
    if (parameter.layer() >= 0) {
      return ofLayer(parameter.layer());
    }
    String longest = "";
    for (ParameterSpec p : parameters) {
      if (parameter.name().contains(p.name()) && p.name().length() > longest.length()) {
        longest = p.name();
      }
    }
    return places.getOrDefault(longest, 0);
  }

  /** The layers of each device, as {@code 0-15}; a part per device. */
  public List<String> layers() {
    List<String> ranges = new ArrayList<>();
    for (int d = 0; d < devices; d++) {
      int last = firsts[d + 1] - 1;
      ranges.add(firsts[d] == last ? "" + last : firsts[d] + "-" + last);
    }
    return ranges;
  }

  /** The number of layers of each device. */
  public List<Integer> counts() {
    return IntStream.range(0, devices).mapToObj(d -> firsts[d + 1] - firsts[d]).toList();
  }

  /** The floats of some parameters on each device. */
  public List<Long> floats(List<ParameterSpec> some) {
    long[] floats = new long[devices];
    some.forEach(p -> floats[of(p)] += p.shape().size());
    return Arrays.stream(floats).boxed().toList();
  }
}
