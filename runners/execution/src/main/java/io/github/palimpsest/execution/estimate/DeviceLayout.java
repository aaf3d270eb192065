package io.github.palimpsest.execution.estimate;

import io.github.palimpsest.api.model.DecoderSpec;
import io.github.palimpsest.decoder.DecoderModel;
import io.github.palimpsest.execution.memory.MemoryEstimate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The layers of one model on several devices, in their order: the embedding is with the first
 * layer, the head and the logits with the last. Weights, slots and everything else with the size of
 * parameters are where the parameters are, activations where their layer is; what one layer needs
 * for a moment counts on every device.
 *
 * @param layers the number of layers of each device
 * @param largestBytes the memory of the device that needs most
 */
public record DeviceLayout(List<Integer> layers, double largestBytes) {
  /** A split over more devices than this is not looked for. */
  private static final int MOST_DEVICES = 64;

  private static final Set<String> WITH_PARAMETERS =
      Set.of("weights", "slots", "sums", "memories", "point");

  private static final Set<String> WITH_LAYERS = Set.of("activations", "rounded");

  private static final Set<String> WITH_HEAD = Set.of("logits", "head", "other passes");

  /** Copies the list. */
  public DeviceLayout {
    layers = List.copyOf(layers);
  }

  /**
   * The split over the fewest devices of a size, with the load as even as whole layers allow.
   *
   * @param memory the memory of one device that would hold all
   * @param deviceBytes the memory of a device
   * @return empty if no split fits
   */
  public static Optional<DeviceLayout> of(
      DecoderModel model, MemoryEstimate memory, double deviceBytes) {
    Split split = new Split(model, memory);
    List<Integer> fewest = split.within(deviceBytes);
    if (fewest.isEmpty()) {
      return Optional.empty();
    }
    double low = 0;
    double high = deviceBytes;
    List<Integer> best = fewest;
    for (int i = 0; i < 50; i++) {
      double middle = (low + high) / 2;
      List<Integer> tried = split.within(middle);
      if (tried.size() == fewest.size()) {
        best = tried;
        high = middle;
      } else {
        low = middle;
      }
    }
    return Optional.of(new DeviceLayout(best, split.largest(best)));
  }

  /** The bytes of the parts of a model. */
  private static final class Split {
    private final int count;
    private final double layer;
    private final double first;
    private final double last;
    private final double each;
    private final double shared;

    Split(DecoderModel model, MemoryEstimate memory) {
      DecoderSpec spec = model.spec();
      double all = model.parameters().stream().mapToLong(p -> p.shape().size()).sum();
      double table = (double) spec.vocabulary() * spec.width();
      double tables = spec.tiedHead() ? table : 2 * table;
      double spread = 1 + share(memory);
      this.count = spec.layers();
      double perParameter = 0;
      double withLayers = 0;
      double withHead = 0;
      double everywhere = 0;
      for (MemoryEstimate.Part part : memory.parts()) {
        boolean lasting = WITH_PARAMETERS.contains(part.name()) && !part.name().equals("point");
        double bytes = part.bytes() * (lasting ? 1 : spread);
        if (WITH_PARAMETERS.contains(part.name())) {
          perParameter += bytes / all;
        } else if (WITH_LAYERS.contains(part.name())) {
          withLayers += bytes;
        } else if (WITH_HEAD.contains(part.name())) {
          withHead += bytes;
        } else if (!part.name().equals("spread")) {
          everywhere += bytes;
        }
      }
      this.layer = ((all - tables) * perParameter + withLayers) / count;
      this.first = table * perParameter;
      this.last = table * perParameter + withHead;
      this.each = everywhere;
      this.shared = spec.tiedHead() ? table * perParameter : 0; // on both devices if there are two
    }

    /** The spread of temporary values, as a share of them. */
    private static double share(MemoryEstimate memory) {
      double temporary = 0;
      double spread = 0;
      for (MemoryEstimate.Part part : memory.parts()) {
        boolean lasting = WITH_PARAMETERS.contains(part.name()) && !part.name().equals("point");
        if (part.name().equals("spread")) {
          spread = part.bytes();
        } else if (!lasting) {
          temporary += part.bytes();
        }
      }
      return temporary == 0 ? 0 : spread / temporary;
    }

    private double bytes(int layers, boolean begins, boolean ends) {
      double tables = (begins ? first : 0) + (ends ? last : 0) - (begins && ends ? shared : 0);
      return each + layers * layer + tables;
    }

    /** As many layers as fit on each device in turn; empty if they never all do. */
    List<Integer> within(double deviceBytes) {
      List<Integer> layers = new ArrayList<>();
      int left = count;
      while (layers.size() < MOST_DEVICES) {
        boolean begins = layers.isEmpty();
        if (bytes(left, begins, true) <= deviceBytes) {
          layers.add(left);
          return layers;
        }
        // the last device has at least one layer next to the head
        int here = left - 1;
        while (here > 0 && bytes(here, begins, false) > deviceBytes) {
          here--;
        }
        if (here <= 0) {
          return List.of();
        }
        layers.add(here);
        left -= here;
      }
      return List.of();
    }

    double largest(List<Integer> layers) {
      double most = 0;
      for (int i = 0; i < layers.size(); i++) {
        most = Math.max(most, bytes(layers.get(i), i == 0, i == layers.size() - 1));
      }
      return most;
    }
  }
}
