package io.github.palimpsest.llm.task;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * What a model answered to one item.
 *
 * @param item what was asked
 * @param logLikelihoods of each continuation, in nats; empty for generated answers
 * @param greedy for each continuation, whether greedy generation would give it
 * @param chosen the likeliest choice, by the sum
 * @param cut the tokens that were cut off the beginning of its text, since the model has no
 *     positions for them; of several pairs the most; 0 if nothing was cut
 * @param generated the generated answer; empty unless one was asked for
 * @param scores the item's score by each measure
 */
public record ItemOutcome(
    TaskItem item,
    List<Double> logLikelihoods,
    List<Boolean> greedy,
    OptionalInt chosen,
    int cut,
    String generated,
    Map<String, Double> scores) {
  /** Copies all. */
  public ItemOutcome {
    logLikelihoods = List.copyOf(logLikelihoods);
    greedy = List.copyOf(greedy);
    scores = Collections.unmodifiableMap(new LinkedHashMap<>(scores));
  }
}
