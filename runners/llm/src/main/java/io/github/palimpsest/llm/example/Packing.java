package io.github.palimpsest.llm.example;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.data.ReadList;
import io.github.palimpsest.decoder.DecoderModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Joins whole examples, in their order, up to a length. A pack has the field {@link
 * DecoderModel#POSITIONS}: the place of each token in its own example. From it the model sees where
 * an example begins; no token attends to another example, so loss and gradients are those of the
 * single examples.
 */
public final class Packing {
  private Packing() {}

  /**
   * Joins examples. A pack has the id of its first example.
   *
   * @param examples examples with ids and targets, none of which is a pack
   * @param length the largest number of tokens of a pack, unless one example alone has more
   */
  public static List<Example> of(List<Example> examples, int length) {
    List<Integer> starts = new ArrayList<>();
    long open = 0;
    for (int i = 0; i < examples.size(); i++) {
      int tokens = examples.get(i).tokens();
      if (i == 0 || open + tokens > length) {
        starts.add(i);
        open = 0;
      }
      open += tokens;
    }
    starts.add(examples.size());
    List<Integer> ends = List.copyOf(starts);
    ReadList<Example> packs =
        new ReadList<>(
            ends.size() - 1, i -> joined(examples.subList(ends.get(i), ends.get(i + 1))));
    return examples instanceof ReadList ? packs : List.copyOf(packs);
  }

  /** The number of examples that each pack of {@link #of} has. */
  public static List<Integer> counts(List<Example> examples, int length) {
    List<Integer> counts = new ArrayList<>();
    long open = 0;
    for (Example e : examples) {
      if (counts.isEmpty() || open + e.tokens() > length) {
        counts.add(0);
        open = 0;
      }
      open += e.tokens();
      counts.set(counts.size() - 1, counts.get(counts.size() - 1) + 1);
    }
    return counts;
  }

  private static Example joined(List<Example> examples) {
    int size = examples.stream().mapToInt(Example::tokens).sum();
    int[] ids = new int[size];
    float[] targets = new float[size];
    int[] positions = new int[size];
    int at = 0;
    for (Example e : examples) {
      int[] own = ((HostArray.Ints) e.fields().get(DecoderModel.IDS)).toArray();
      float[] learned = ((HostArray.Floats) e.fields().get(DecoderModel.TARGETS)).toArray();
      System.arraycopy(own, 0, ids, at, own.length);
      System.arraycopy(learned, 0, targets, at, learned.length);
      Arrays.setAll(own, i -> i);
      System.arraycopy(own, 0, positions, at, own.length);
      at += own.length;
    }
    return new Example(
        examples.get(0).id(),
        size,
        new TreeMap<>(
            Map.of(
                DecoderModel.IDS, new HostArray.Ints(ids, size),
                DecoderModel.TARGETS, new HostArray.Floats(targets, size),
                DecoderModel.POSITIONS, new HostArray.Ints(positions, size))));
  }
}
