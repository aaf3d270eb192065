package io.github.palimpsest.llm.score;

import io.github.palimpsest.api.Example;
import io.github.palimpsest.llm.text.ExampleEncoder;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * How well a model predicts texts or answers.
 *
 * @param natsPerToken {@code sum(nats) / sum(targets)}: the mean over all predicted tokens, not
 *     over examples
 * @param bitsPerByte {@code sum(nats) / ln 2 / sum(bytes)}, where the bytes are the UTF-8 bytes of
 *     the documents' responses as they were read. What was cut off at the model's positions has
 *     bytes but no nats, so cutting makes this look better; windows do not
 * @param tokenAccuracy the part of the targets that are the model's most likely token
 * @param answerAccuracy the part of the examples whose every target is the model's most likely
 *     token: those that greedy generation would answer token by token, at the cost of one forward
 *     pass. {@link ExactMatch} generates and compares texts instead
 */
public record TextScores(
    Score natsPerToken, Score bitsPerByte, Score tokenAccuracy, Score answerAccuracy) {
  /** Measures a model. */
  public static TextScores of(LogLikelihoods model, ExampleEncoder.Encoded data) {
    List<LogLikelihoods.Outcome> outcomes = model.of(data.examples());
    double[] targets = values(data, i -> outcomes.get(i).targets());
    double[] bytes = values(data, i -> data.bytes().get(i));
    List<String> ids = data.examples().stream().map(Example::id).toList();
    return new TextScores(
        new Score(
            "nats_per_token",
            false,
            ids,
            values(data, i -> outcomes.get(i).nats() / targets[i]),
            targets),
        new Score(
            "bits_per_byte",
            false,
            ids,
            // an empty answer has no bytes and its end token's nats; it must not be lost
            values(data, i -> outcomes.get(i).nats() / Math.log(2) / Math.max(1, bytes[i])),
            values(data, i -> Math.max(1, bytes[i]))),
        new Score(
            "token_accuracy",
            true,
            ids,
            values(data, i -> outcomes.get(i).right() / targets[i]),
            targets),
        Score.mean("answer_accuracy", ids, values(data, i -> outcomes.get(i).greedy() ? 1 : 0)));
  }

  private static double[] values(ExampleEncoder.Encoded data, IntToDoubleFunction f) {
    return IntStream.range(0, data.examples().size()).mapToDouble(f).toArray();
  }
}
