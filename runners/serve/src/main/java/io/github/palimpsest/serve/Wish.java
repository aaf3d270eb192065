package io.github.palimpsest.serve;

import io.github.palimpsest.decoder.Sampling;
import java.util.List;
import java.util.OptionalLong;

/**
 * How prompts are continued.
 *
 * @param newTokens the most tokens to add; 0 for none
 * @param sampling how each is chosen
 * @param seed the seed of the draws; empty for another one each time
 * @param stops texts that end an answer, which has nothing of them
 * @param top the number of most likely tokens to report with each token, from 0
 * @param logprobs whether log-probabilities are reported
 * @param echo whether the prompt is part of the answer
 * @param stream whether the answer is sent piece by piece
 * @param counts whether a stream ends with the numbers of tokens
 */
record Wish(
    int newTokens,
    Sampling sampling,
    OptionalLong seed,
    List<String> stops,
    int top,
    boolean logprobs,
    boolean echo,
    boolean stream,
    boolean counts) {
  /** The most texts that end an answer. */
  static final int MAX_STOPS = 64;

  /** The most likely tokens that can be asked for. */
  static final int MAX_TOP = 20;

  /** Whether the tokens of the prompt have log-probabilities in the answer. */
  boolean scoresPrompt() {
    return echo && logprobs;
  }

  static Wish of(Fields fields, int newTokens, int top, boolean logprobs, boolean echo) {
    fields.refuse("n", fields.get("n").asInt(0) == 1);
    fields.refuse("best_of", fields.get("best_of").asInt(0) == 1);
    fields.refuse("suffix", fields.get("suffix").asText().isEmpty());
    for (String penalty : List.of("presence_penalty", "frequency_penalty")) {
      fields.refuse(penalty, fields.get(penalty).isNumber() && fields.get(penalty).asDouble() == 0);
    }
    for (String list : List.of("logit_bias", "tools", "functions")) {
      fields.refuse(list, fields.get(list).isContainerNode() && fields.get(list).isEmpty());
    }
    fields.refuse(
        "response_format", fields.get("response_format").path("type").asText().equals("text"));
    List<String> stops = fields.texts("stop");
    if (stops.size() > MAX_STOPS) {
      throw RequestException.bad(
          "'stop' has " + stops.size() + " texts; at most " + MAX_STOPS + " are allowed");
    }
    boolean stream = fields.flag("stream");
    if (stream && (echo || logprobs)) {
      throw RequestException.bad("'stream' is not supported together with 'echo' or 'logprobs'");
    }
    Fields options = fields.object("stream_options");
    if (fields.has("stream_options") && !stream) {
      throw RequestException.bad("'stream_options' needs 'stream'");
    }
    double topP = fields.number("top_p", 1, 0, 1);
    if (topP == 0) {
      throw RequestException.bad("'top_p' must be above 0");
    }
    return new Wish(
        newTokens,
        new Sampling(
            fields.number("temperature", 1, 0, 100),
            Math.max(0, fields.whole("top_k", 0, -1, Integer.MAX_VALUE)),
            topP),
        fields.seed(),
        stops,
        top,
        logprobs,
        echo,
        stream,
        options.flag("include_usage"));
  }
}
