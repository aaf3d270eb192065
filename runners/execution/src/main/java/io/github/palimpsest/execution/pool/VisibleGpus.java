package io.github.palimpsest.execution.pool;

import io.github.palimpsest.api.PalimpsestException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The one GPU that a worker of a pool sees, which it calls {@code gpu:0}. */
final class VisibleGpus {
  private static final String VARIABLE = "CUDA_VISIBLE_DEVICES";

  private VisibleGpus() {}

  /** The variables that a worker needs, for the environment of this process. */
  static Map<String, String> of(List<Integer> gpus, int place) {
    return of(gpus, place, System.getenv(VARIABLE));
  }

  /**
   * The variables that a worker needs.
   *
   * @param gpus a GPU for each place, by its number in this process; empty for no choice
   * @param place the worker's place
   * @param visible what this process sees itself; null for all GPUs
   * @throws PalimpsestException if it does not see the GPU
   */
  static Map<String, String> of(List<Integer> gpus, int place, @Nullable String visible) {
    if (gpus.isEmpty()) {
      return Map.of();
    }
    int gpu = gpus.get(place % gpus.size());
    if (visible == null) {
      return Map.of(VARIABLE, "" + gpu);
    }
    List<String> seen = visible.isBlank() ? List.of() : List.of(visible.split("\\s*,\\s*"));
    if (gpu >= seen.size()) {
      throw new PalimpsestException(
          "device 'gpu:%d' is not among the %d of %s=%s, which are numbered from gpu:0"
              .formatted(gpu, seen.size(), VARIABLE, visible));
    }
    return Map.of(VARIABLE, seen.get(gpu).strip());
  }
}
