package io.github.palimpsest.llm.score;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.ReadList;
import io.github.palimpsest.llm.text.ExampleEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * How well a model predicts texts or answers. All measures are over the same tokens: the targets of
 * all documents, each scored once.
 *
 * @param natsPerToken {@code sum(nats) / sum(targets)}: the mean over all predicted tokens, not
 *     over examples
 * @param bitsPerByte the same nats over the bytes of the text that the predicted tokens cover
 * @param tokenAccuracy the part of the targets that are the model's most likely token
 * @param answerAccuracy the part of the examples whose every target is the model's most likely
 *     token: those that greedy generation would answer token by token, at the cost of one forward
 *     pass. {@link ExactMatch} generates and compares texts instead
 * @param windows how many windows the documents were scored in
 */
public record TextScores(
    Score natsPerToken,
    BitsPerByte bitsPerByte,
    Score tokenAccuracy,
    Score answerAccuracy,
    long windows) {
  /** Windows that are held in memory at once. */
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

  /** Measures a model on examples as they are. */
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
   * @param streamed come after {@code texts}; each is read once, here
   */
  public static TextScores of(
      LogLikelihoods model, List<ScoredText> texts, List<StreamedText> streamed) {
    Sums sums = new Sums(texts.size() + streamed.size());
    int[] fitting =
        IntStream.range(0, texts.size()).filter(i -> sums.is(i, texts.get(i))).toArray();
    // all that fit together: which examples share a batch may change the last digits
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
    return sums.scores();
  }

  /** Windows that are measured together. */
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

    /** Notes a document, and says whether it is one window. */
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
