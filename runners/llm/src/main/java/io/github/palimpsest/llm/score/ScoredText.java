package io.github.palimpsest.llm.score;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.data.ReadList;
import io.github.palimpsest.llm.text.ExampleEncoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A whole document as it is scored: in windows, so that nothing of it is left out. The first window
 * has as many tokens as fit; each further one moves on by {@code stride} tokens, scores those, and
 * has the tokens before them as context, as many as fit. Every target is scored exactly once.
 *
 * <p>With a stride of {@code length - 1} these are the windows of the Language Model Evaluation
 * Harness's rolling log-likelihood; with a smaller one, those of its {@code context_len = length -
 * stride}, which is also how strided perplexity is usually measured. A smaller stride gives every
 * token more context, and costs {@code (length - 1) / stride} times as many passes.
 *
 * @param whole the document's tokens and targets, however long
 * @param bytes the UTF-8 bytes of the text that its targets cover
 * @param length the most tokens of a window, at least 2; the last is only predicted
 * @param stride from 1 to {@code length - 1}
 */
public record ScoredText(Example whole, long bytes, int length, int stride) {
  /**
   * @throws PalimpsestException if the length or the stride is out of range
   */
  public ScoredText {
    if (length < 2) {
      throw new PalimpsestException("a window needs at least 2 tokens, not " + length);
    }
    if (stride < 1 || stride >= length) {
      throw new PalimpsestException(
          "the stride must be from 1 to " + (length - 1) + ", not " + stride);
    }
  }

  /** Examples as they are, each one window of its own. */
  public static List<ScoredText> of(ExampleEncoder.Encoded encoded) {
    return of(encoded, Integer.MAX_VALUE, Integer.MAX_VALUE - 1);
  }

  /**
   * Documents in windows.
   *
   * @param encoded whole documents, see {@link ExampleEncoder#whole}
   */
  public static List<ScoredText> of(ExampleEncoder.Encoded encoded, int length, int stride) {
    return of(encoded.examples(), encoded.bytes(), length, stride);
  }

  /**
   * Documents in windows; those that stay in a file are read when they are asked for.
   *
   * @param wholes whole documents
   * @param bytes of each, as {@link #bytes} has it
   */
  public static List<ScoredText> of(
      List<Example> wholes, List<Long> bytes, int length, int stride) {
    ReadList<ScoredText> texts =
        new ReadList<>(
            wholes.size(), i -> new ScoredText(wholes.get(i), bytes.get(i), length, stride));
    return wholes instanceof ReadList ? texts : List.copyOf(texts);
  }

  /** Whether the document is one window. */
  public boolean fits() {
    return whole.tokens() <= length;
  }

  /** How many windows there are, those that have no target included. */
  int steps() {
    int more = Math.max(0, whole.tokens() - length);
    return 1 + more / stride + (more % stride == 0 ? 0 : 1);
  }

  /**
   * A window as an example: the document itself if it fits.
   *
   * @param step from 0 to {@link #steps()} - 1
   * @return empty if nothing is scored in it
   */
  List<Example> window(int step) {
    if (fits()) {
      return List.of(whole);
    }
    long before = step == 0 ? 0 : length + (step - 1L) * stride;
    int end = (int) Math.min(whole.tokens(), step == 0 ? length : before + stride);
    int start = Math.max(0, end - length);
    int[] ids = new int[end - start];
    ((HostArray.Ints) whole.fields().get(ExampleEncoder.IDS)).values().get(start, ids);
    float[] targets = new float[end - start];
    ((HostArray.Floats) whole.fields().get(ExampleEncoder.TARGETS)).values().get(start, targets);
    Arrays.fill(targets, 0, (int) Math.max(0, before - start), 0f);
    boolean scored = false;
    for (float target : targets) {
      scored |= target > 0;
    }
    if (!scored) {
      return List.of();
    }
    return List.of(
        new Example(
            whole.id() + "." + step,
            ids.length,
            new TreeMap<>(
                Map.of(
                    ExampleEncoder.IDS, new HostArray.Ints(ids, ids.length),
                    ExampleEncoder.TARGETS, new HostArray.Floats(targets, ids.length)))));
  }

  /** All windows in which something is scored. */
  public List<Example> windows() {
    List<Example> all = new ArrayList<>();
    for (int step = 0; step < steps(); step++) {
      all.addAll(window(step));
    }
    return all;
  }
}
