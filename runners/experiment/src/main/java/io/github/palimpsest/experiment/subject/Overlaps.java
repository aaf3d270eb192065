package io.github.palimpsest.experiment.subject;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.experiment.file.Experiment;
import io.github.palimpsest.llm.text.Overlap;
import io.github.palimpsest.results.folder.SharedExamples;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What an experiment's training and evaluation data have in common.
 *
 * @param pairs sets with examples that are both trained and evaluated on, see {@link
 *     Experiment#allowOverlap()}
 * @param duplicates for each task how many records of its file were left out of training since the
 *     held-out part has the same content; no task for which there are none
 */
public record Overlaps(List<Overlap> pairs, SortedMap<String, Integer> duplicates) {
  /** Nothing in common. */
  public static final Overlaps NONE = new Overlaps(List.of(), new TreeMap<>());

  private static final int SHOWN = 3;

  /** Copies both. */
  public Overlaps {
    pairs = List.copyOf(pairs);
    duplicates = new TreeMap<>(duplicates);
  }

  /** Refuses what is trained and evaluated on, unless the experiment insists. */
  public Overlaps allowed(Experiment e) {
    if (pairs.isEmpty() || e.allowOverlap()) {
      return this;
    }
    String said =
        pairs.stream().limit(SHOWN).map(p -> pair(p).toString()).collect(Collectors.joining("; "));
    int more = pairs.size() - SHOWN;
    throw new PalimpsestException(
        said
            + (more > 0 ? "; and " + more + " more such pairs of sets" : "")
            + ". The first is "
            + pairs.get(0).first()
            + ". Evaluate on other data, or insist with 'allow-overlap: true' (rule SET-03)");
  }

  /** What a result has of it; null if there is nothing. */
  public @Nullable SharedExamples shared() {
    return pairs.isEmpty() && duplicates.isEmpty()
        ? null
        : new SharedExamples(pairs.stream().map(Overlaps::pair).toList(), duplicates);
  }

  private static SharedExamples.Pair pair(Overlap p) {
    return new SharedExamples.Pair(p.evaluated(), p.trained(), p.examples(), p.of());
  }
}
