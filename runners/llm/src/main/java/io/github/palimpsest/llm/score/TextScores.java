package io.github.palimpsest.llm.score;

import io.github.palimpsest.api.Example;
import io.github.palimpsest.llm.text.ExampleEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

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
    Sums sums = new Sums(texts.size());
    // all that fit together: which examples share a batch may change the last digits
    List<Integer> fitting =
        IntStream.range(0, texts.size()).filter(i -> texts.get(i).fits()).boxed().toList();
    sums.add(model, fitting, fitting.stream().map(i -> texts.get(i).whole()).toList());
    List<Integer> owners = new ArrayList<>();
    List<Example> windows = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      ScoredText text = texts.get(i);
      for (int step = 0; !text.fits() && step < text.steps(); step++) {
        for (Example window : text.window(step)) {
          owners.add(i);
          windows.add(window);
        }
        if (windows.size() == CHUNK) {
          sums.add(model, owners, windows);
          owners.clear();
          windows.clear();
        }
      }
    }
    sums.add(model, owners, windows);
    return sums.scores(texts);
  }

  /** What the windows of each document add up to. */
  private static final class Sums {
    private final double[] nats;
    private final double[] targets;
    private final double[] right;
    private long windows;

    Sums(int documents) {
      nats = new double[documents];
      targets = new double[documents];
      right = new double[documents];
    }

    void add(LogLikelihoods model, List<Integer> owners, List<Example> examples) {
      if (examples.isEmpty()) {
        return;
      }
      List<LogLikelihoods.Outcome> outcomes = model.of(examples);
      for (int i = 0; i < outcomes.size(); i++) {
        int owner = owners.get(i);
        nats[owner] += outcomes.get(i).nats();
        targets[owner] += outcomes.get(i).targets();
        right[owner] += outcomes.get(i).right();
      }
      windows += examples.size();
    }

    TextScores scores(List<ScoredText> texts) {
      List<String> ids = texts.stream().map(t -> t.whole().id()).toList();
      double bits = 0;
      long bytes = 0;
      for (int i = 0; i < nats.length; i++) {
        bits += nats[i] / Math.log(2);
        bytes += texts.get(i).bytes();
      }
      return new TextScores(
          new Score("nats_per_token", false, ids, each(i -> nats[i] / targets[i]), targets),
          new BitsPerByte(bits, bytes),
          new Score("token_accuracy", true, ids, each(i -> right[i] / targets[i]), targets),
          Score.mean("answer_accuracy", ids, each(i -> right[i] == targets[i] ? 1 : 0)),
          windows);
    }

    private double[] each(IntToDoubleFunction f) {
      return IntStream.range(0, nats.length).mapToDouble(f).toArray();
    }
  }
}
