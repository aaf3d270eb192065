package io.github.palimpsest.decoder;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.decoder.Generator.Chooser;
import io.github.palimpsest.engine.inference.Inference;
import java.util.ArrayList;
import java.util.List;

/**
 * Sequences that are continued together, by one token each at every step. Between steps others can
 * join; a sequence that has ended leaves at once. The rows of the cache are aligned at their ends,
 * so a shorter row begins with empty slots.
 *
 * <p>Not thread-safe.
 */
public final class Generation implements AutoCloseable {
  private final Generator generator;
  private List<Row> rows = new ArrayList<>();
  private Inference.Held cache = Inference.Held.NOTHING;
  private int slots;
  private int joined;

  /**
   * A sequence that has not ended.
   *
   * @param number its number among all that have joined
   * @param padding its empty slots
   * @param tokens the number of its tokens with the last one
   * @param last its last token, which has not been read yet
   */
  private record Row(int number, int padding, int tokens, int last) {
    Row with(int more) {
      return new Row(number, padding, tokens + 1, more);
    }

    Row moved(int by) {
      return new Row(number, padding + by, tokens, last);
    }
  }

  Generation(Generator generator) {
    this.generator = generator;
  }

  /** The number of sequences that have not ended. */
  public int size() {
    return rows.size();
  }

  /** The number of the next sequence that joins. */
  public int joined() {
    return joined;
  }

  /**
   * Adds sequences, and chooses the first new token of each. They are numbered from {@link #joined}
   * on.
   *
   * @param prompts at least one, each with at least one token
   * @param chooser asked for each, in order
   * @throws PalimpsestException if a prompt is empty, longer than the model's positions, or has an
   *     id outside the vocabulary
   */
  public void add(List<int[]> prompts, Chooser chooser) {
    prompts.forEach(generator::check);
    int longest = prompts.stream().mapToInt(p -> p.length).max().orElseThrow();
    int[] ids = new int[prompts.size() * longest];
    int[] padding = new int[prompts.size()];
    List<Row> all = new ArrayList<>();
    for (int i = 0; i < padding.length; i++) {
      int[] prompt = prompts.get(i);
      padding[i] = longest - prompt.length;
      System.arraycopy(prompt, 0, ids, i * longest + padding[i], prompt.length);
      all.add(new Row(joined++, padding[i], prompt.length, 0));
    }
    Inference.Held found =
        generator.pass(
            new HostArray.Ints(ids, padding.length, longest), padding, Inference.Held.NOTHING);
    try {
      List<Row> more = chosen(all, found, chooser);
      if (rows.isEmpty() && more.size() == all.size()) {
        rows = more;
        hold(found, longest);
        found = Inference.Held.NOTHING;
      } else if (!more.isEmpty()) {
        regroup(rows, rows, more, all, found, longest);
      }
    } finally {
      found.close();
    }
  }

  /** Reads the last token of each sequence, and chooses the next one. */
  public void step(Chooser chooser) {
    if (rows.isEmpty()) {
      return;
    }
    int[] ids = rows.stream().mapToInt(Row::last).toArray();
    int[] padding = rows.stream().mapToInt(Row::padding).toArray();
    hold(generator.pass(new HostArray.Ints(ids, ids.length, 1), padding, cache), slots + 1);
    List<Row> before = rows;
    rows = chosen(before, cache, chooser);
    if (rows.isEmpty()) {
      hold(Inference.Held.NOTHING, 0);
    } else if (rows.size() < before.size()) {
      regroup(rows, before, List.of(), List.of(), Inference.Held.NOTHING, 0);
    }
  }

  /** The sequences that go on, each with its next token. */
  private List<Row> chosen(List<Row> of, Inference.Held found, Chooser chooser) {
    float[] logits = Generator.logits(found);
    int vocabulary = generator.spec().vocabulary();
    List<Row> more = new ArrayList<>();
    for (int i = 0; i < of.size(); i++) {
      int next = chooser.choose(of.get(i).number(), logits, i * vocabulary);
      if (next != Chooser.END && of.get(i).tokens() + 1 < generator.positions()) {
        more.add(of.get(i).with(next));
      }
    }
    return more;
  }

  /** Makes the cache that of {@code kept} and {@code more}, with as few empty slots as possible. */
  private void regroup(
      List<Row> kept,
      List<Row> before,
      List<Row> more,
      List<Row> joining,
      Inference.Held other,
      int otherSlots) {
    int cut = kept.stream().mapToInt(Row::padding).min().orElse(slots);
    int otherCut = more.stream().mapToInt(Row::padding).min().orElse(otherSlots);
    int most = Math.max(slots - cut, otherSlots - otherCut);
    int added = most - (slots - cut);
    int otherAdded = most - (otherSlots - otherCut);
    Inference.Held all =
        generator.regroup(
            cache,
            places(kept, before),
            other,
            places(more, joining),
            new int[] {cut, added, otherCut, otherAdded});
    List<Row> together = new ArrayList<>();
    kept.forEach(r -> together.add(r.moved(added - cut)));
    more.forEach(r -> together.add(r.moved(otherAdded - otherCut)));
    rows = together;
    hold(all, most);
  }

  private static int[] places(List<Row> some, List<Row> among) {
    List<Integer> numbers = among.stream().map(Row::number).toList();
    return some.stream().mapToInt(r -> numbers.indexOf(r.number())).toArray();
  }

  private void hold(Inference.Held next, int slotsOfRow) {
    cache.close();
    cache = next;
    slots = slotsOfRow;
  }

  @Override
  public void close() {
    hold(Inference.Held.NOTHING, 0);
    rows = List.of();
  }
}
