package io.github.palimpsest.serve;

import io.github.palimpsest.api.random.Streams;
import io.github.palimpsest.llm.score.TokenLogProbabilities.Predicted;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A prompt to score or continue. Only the scheduler's thread changes it. */
final class Job {
  private final ServedModel model;
  private final int[] prompt;
  private final Wish wish;
  private final RandomGenerator rng;
  private final AnswerText text;
  private final Consumer<String> pieces;
  private final CompletableFuture<Job> done = new CompletableFuture<>();
  private final List<Chosen> added = new ArrayList<>();
  private @Nullable Predicted predicted;
  private boolean stopped;
  private volatile boolean cancelled;

  /**
   * A token of an answer, the last one included that ends it and is not part of its text.
   *
   * @param logProbability its natural log-probability
   * @param topIds the most likely tokens in its place
   * @param top their log-probabilities
   */
  record Chosen(int id, double logProbability, int[] topIds, double[] top) {}

  /**
   * @param index the place of the prompt in its request
   * @param inChat whether the answer is a text of its own
   * @param pieces is given each piece of the answer's text as soon as it is certain
   */
  Job(
      ServedModel model,
      int[] prompt,
      Wish wish,
      int index,
      boolean inChat,
      Consumer<String> pieces) {
    this.model = model;
    this.prompt = prompt;
    this.wish = wish;
    this.pieces = pieces;
    long seed = wish.seed().orElseGet(() -> ThreadLocalRandom.current().nextLong());
    rng = Streams.stream(seed, "serve", index, 0);
    text = new AnswerText(model.tokenizer(), inChat ? new int[0] : prompt, wish.stops());
  }

  ServedModel model() {
    return model;
  }

  int[] prompt() {
    return prompt;
  }

  Wish wish() {
    return wish;
  }

  CompletableFuture<Job> done() {
    return done;
  }

  /** The log-probabilities of the prompt, if they were asked for. */
  Optional<Predicted> predicted() {
    return Optional.ofNullable(predicted);
  }

  /** The tokens of the answer. */
  List<Chosen> added() {
    return added;
  }

  /** The text of the answer. */
  String text() {
    return text.whole();
  }

  /** {@code stop} if the model or a text ended the answer, else {@code length}. */
  String finish() {
    return stopped ? "stop" : "length";
  }

  /** Nobody waits for the answer any more. */
  void cancel() {
    cancelled = true;
  }

  boolean isCancelled() {
    return cancelled;
  }

  /** Whether the log-probabilities of the prompt are wanted and not there yet. */
  boolean waitsForScores() {
    return wish.scoresPrompt() && predicted == null;
  }

  void predicted(Predicted found) {
    predicted = found;
  }

  /** Chooses the next token from logits; says whether the answer goes on. */
  int choose(float[] logits, int from) {
    if (cancelled) {
      return -1;
    }
    int id = wish.sampling().choose(logits, from, model.vocabulary(), rng);
    return add(
        wish.logprobs()
            ? HostLogits.chosen(logits, from, model.vocabulary(), id, wish.top())
            : new Chosen(id, 0, new int[0], new double[0]));
  }

  /** Adds a token; returns it, or -1 if it ends the answer. */
  int add(Chosen chosen) {
    added.add(chosen);
    if (model.ends(chosen.id())) {
      stopped = true;
      return -1;
    }
    String piece = text.add(chosen.id());
    stopped = text.stopped();
    if (!piece.isEmpty()) {
      pieces.accept(piece);
    }
    return stopped || added.size() >= wish.newTokens() ? -1 : chosen.id();
  }

  void finished() {
    String rest = text.rest();
    if (!rest.isEmpty()) {
      pieces.accept(rest);
    }
    done.complete(this);
  }
}
