package io.github.palimpsest.execution.pairs;

import io.github.palimpsest.api.component.Kind;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.execution.pairs.PairCover.Piece;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Every component that has a seat, with its defaults or what a small model needs. */
final class Catalogue {
  /** The kinds that have a seat in a recipe. */
  private static final List<Kind> SEATS =
      List.of(Kind.OPTIMIZER, Kind.ADAPTER, Kind.REGULARIZER, Kind.REHEARSAL, Kind.MERGER);

  private Catalogue() {}

  /**
   * The components of each kind.
   *
   * @param kernels the setting that tells adapters their kernels
   * @param frozen the setting that tells {@code freeze} what to freeze
   */
  static Map<Kind, List<Piece>> of(PluginRegistry registry, String kernels, String frozen) {
    Map<String, List<String>> written = written(kernels, frozen);
    Map<Kind, List<Piece>> pieces = new EnumMap<>(Kind.class);
    for (Kind kind : SEATS) {
      pieces.put(
          kind,
          registry.all().stream()
              .filter(r -> r.provider().kind() == kind)
              .map(r -> r.provider().id().value())
              .flatMap(id -> written.getOrDefault(id, List.of(id)).stream())
              .map(text -> new Piece(kind, text))
              .toList());
    }
    return pieces;
  }

  /** Settings that a small model needs, or that make a component another one. */
  private static Map<String, List<String>> written(String kernels, String frozen) {
    Map<String, List<String>> all = new HashMap<>();
    all.put(
        "lora",
        List.of(
            "lora(rank=2, " + kernels + ")",
            "lora(rank=2, init=pissa, dropout=0.2, " + kernels + ")",
            "lora(rank=2, init=null-space, corpus-examples=4, " + kernels + ")",
            "lora(rank=2, merge-after-task=true, " + kernels + ")"));
    all.put("oplora", List.of("oplora(rank=2, preserve=1, " + kernels + ")"));
    all.put("dora", List.of("dora(rank=2, " + kernels + ")"));
    all.put("oft", List.of("oft(block=2, " + kernels + ")"));
    all.put("osf", List.of("osf(" + kernels + ")"));
    all.put("prompt-tuning", List.of("prompt-tuning(tokens=2)"));
    all.put("freeze", List.of("freeze(embeddings=false, " + frozen + ")"));
    all.put("galore", List.of("galore(rank=1, interval=2)"));
    all.put("replay", List.of("replay(ratio=0.5, capacity=6)"));
    all.put("mir", List.of("mir(ratio=0.5, candidates=2, capacity=6)"));
    all.put(
        "corpus-replay", List.of("corpus-replay(ratio=0.5, base=replay(ratio=0.5, capacity=6))"));
    all.put("wise-ft", List.of("wise-ft", "wise-ft(when=each-task)"));
    return all;
  }
}
