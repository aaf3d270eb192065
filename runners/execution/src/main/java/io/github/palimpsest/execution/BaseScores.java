package io.github.palimpsest.execution;

import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.results.folder.SetScore;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.Supplier;

/** The scores before training, measured once for all cells that begin with the same weights. */
final class BaseScores {
  private final Map<WeightSnapshot, SortedMap<String, SetScore>> known = new IdentityHashMap<>();

  SortedMap<String, SetScore> of(
      WeightSnapshot weights, Supplier<SortedMap<String, SetScore>> measured) {
    SortedMap<String, SetScore> row = known.get(weights);
    if (row == null) {
      row = measured.get();
      known.put(weights, row);
    }
    return row;
  }
}
