package io.github.palimpsest.llm.score;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.ReadList;
import io.github.palimpsest.api.measure.TargetAnswer;
import io.github.palimpsest.llm.text.ExampleEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.IntToDoubleFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * The quality of a model's predictions of texts or answers. All measures are over the same tokens:
 * the targets of all documents, each scored once.
 *
 * @param natsPerToken {@code sum(nats) / sum(targets)}: the mean over all predicted tokens, not
 *     over examples
 * @param bitsPerByte the same nats over the bytes of the text that the predicted tokens cover
 * @param tokenAccuracy the share of the targets that are the model's most likely token
 * @param answerAccuracy the share of the examples whose targets are all the model's most likely
 *     tokens: greedy generation would answer these exactly. It costs one forward pass. {@code
 *     ExactMatch} generates and compares texts instead
 * @param windows the number of windows of all documents
 */
public record TextScores(
    Score natsPerToken,
    BitsPerByte bitsPerByte,
    Score tokenAccuracy,
    Score answerAccuracy,
    long windows) {
  /** Number of windows in memory at the same time. */
  private static final int CHUNK = 1024;

  /**
   * {@code sum(nats) / ln 2 / sum(bytes)}, rule CON-15. An end token has nats and no bytes.
   *
   * @param bits of all targets
   * @param bytes the UTF-8 bytes of the text that these targets cover
   */
  public record BitsPerByte(double bits, long bytes) {
    /** The quotient; not finite if no target covers any text. */
    public double value() {
      return bits / bytes;
    }
  }

  /** Measures a model on unchanged examples. */
  public static TextScores of(LogLikelihoods model, ExampleEncoder.Encoded data) {
    return of(model, ScoredText.of(data));
  }

  /** Measures a model on whole documents. */
  public static TextScores of(LogLikelihoods model, List<ScoredText> texts) {
    return of(model, texts, List.of());
  }

  /**
   * Measures a model on whole documents and on texts that are too long to be held in memory.
   *
   * @param streamed the long texts, after {@code texts}; each is read once, by this method
   */
  public static TextScores of(
      LogLikelihoods model, List<ScoredText> texts, List<StreamedText> streamed) {
    return sums(model, texts, streamed).scores();
  }

  /**
   * What a model says of whole documents, for a measure.
   *
   * @param text the text that a document's targets are of; asked when a measure asks for it
   */
  public static List<TargetAnswer> answers(
      LogLikelihoods model, List<ScoredText> texts, Function<ScoredText, String> text) {
    return sums(model, texts, List.of()).answers(i -> text.apply(texts.get(i)));
  }

  private static Sums sums(
      LogLikelihoods model, List<ScoredText> texts, List<StreamedText> streamed) {
    Sums sums = new Sums(texts.size() + streamed.size());
    int[] fitting =
        IntStream.range(0, texts.size()).filter(i -> sums.is(i, texts.get(i))).toArray();
    // as many as possible together: the examples that share a batch can change the last digits
    sums.add(model, fitting, new ReadList<>(fitting.length, i -> texts.get(fitting[i]).whole()));
    Chunk chunk = new Chunk(model, sums);
    for (int i = 0; i < texts.size(); i++) {
      ScoredText text = texts.get(i);
      for (int step = 0; !text.fits() && step < text.steps(); step++) {
        int owner = i;
        text.window(step).forEach(window -> chunk.add(owner, window));
      }
    }
    for (int i = 0; i < streamed.size(); i++) {
      int owner = texts.size() + i;
      StreamedText text = streamed.get(i);
      text.windows(window -> chunk.add(owner, window));
      sums.ids[owner] = text.id();
      sums.bytes[owner] = text.bytes();
    }
    chunk.flush();
    return sums;
  }

  /** Windows measured together. */
  private static final class Chunk {
    private final LogLikelihoods model;
    private final Sums sums;
    private final List<Integer> owners = new ArrayList<>();
    private final List<Example> windows = new ArrayList<>();

    Chunk(LogLikelihoods model, Sums sums) {
      this.model = model;
      this.sums = sums;
    }

    void add(int owner, Example window) {
      owners.add(owner);
      windows.add(window);
      if (windows.size() == CHUNK) {
        flush();
      }
    }

    void flush() {
      sums.add(model, owners.stream().mapToInt(Integer::intValue).toArray(), windows);
      owners.clear();
      windows.clear();
    }
  }

  private record Answer(
      String item, double nats, int targets, int right, long bytes, Supplier<String> source)
      implements TargetAnswer {
    @Override
    public String text() {
      return source.get();
    }
  }

  /** What the windows of each document add up to. */
  private static final class Sums {
    private final double[] nats;
    private final double[] targets;
    private final double[] right;
    private final String[] ids;
    private final long[] bytes;
    private long windows;

    Sums(int documents) {
      ids = new String[documents];
      bytes = new long[documents];
      nats = new double[documents];
      targets = new double[documents];
      right = new double[documents];
    }

    /** Adds a document; returns whether it is one window. */
    boolean is(int i, ScoredText text) {
      ids[i] = text.whole().id();
      bytes[i] = text.bytes();
      return text.fits();
    }

    void add(LogLikelihoods model, int[] owners, List<Example> examples) {
      if (examples.isEmpty()) {
        return;
      }
      List<LogLikelihoods.Outcome> outcomes = model.of(examples);
      for (int i = 0; i < outcomes.size(); i++) {
        int owner = owners[i];
        nats[owner] += outcomes.get(i).nats();
        targets[owner] += outcomes.get(i).targets();
        right[owner] += outcomes.get(i).right();
      }
      windows += examples.size();
    }

    List<TargetAnswer> answers(IntFunction<String> text) {
      return IntStream.range(0, nats.length)
          .<TargetAnswer>mapToObj(
              i ->
                  new Answer(
                      ids[i],
                      nats[i],
                      (int) targets[i],
                      (int) right[i],
                      bytes[i],
                      () -> text.apply(i)))
          .toList();
    }

    TextScores scores() {
      List<String> names = List.of(ids);
      double bits = 0;
      for (double n : nats) {
        bits += n / Math.log(2);
      }
      return new TextScores(
          new Score("nats_per_token", false, names, each(i -> nats[i] / targets[i]), targets),
          new BitsPerByte(bits, LongStream.of(bytes).sum()),
          new Score("token_accuracy", true, names, each(i -> right[i] / targets[i]), targets),
          Score.mean("answer_accuracy", names, each(i -> right[i] == targets[i] ? 1 : 0)),
          windows);
    }

    private double[] each(IntToDoubleFunction f) {
      return IntStream.range(0, nats.length).mapToDouble(f).toArray();
    }
  }
}
