package io.github.palimpsest.results.evaluation;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An item with what the model answered.
 *
 * @param item the task's name and the record's number, {@code NAME/7}
 * @param context the text that the model was given, with the examples before the question; for
 *     contexts to choose from, that of the first one
 * @param continuations the texts whose likelihoods were computed; empty for generated answers
 * @param choices the texts that are chosen from; empty if there is no choice
 * @param logLikelihoods of each continuation, in nats
 * @param greedy for each continuation, whether greedy generation would give it
 * @param chosen the likeliest choice by the sum, from 0; null if there is no choice
 * @param gold the right choices
 * @param right whether the chosen one is right; null if there is no choice
 * @param cut the tokens that were cut off the beginning of the context, since the model has no
 *     positions for them; of several pairs the most
 * @param generated the generated answer; null unless one was asked for
 * @param expected the accepted answers
 * @param scores the item's score by each measure
 */
public record ItemRow(
    String item,
    String context,
    List<String> continuations,
    List<String> choices,
    List<Double> logLikelihoods,
    List<Boolean> greedy,
    @Nullable Integer chosen,
    List<Integer> gold,
    @Nullable Boolean right,
    int cut,
    @Nullable String generated,
    List<String> expected,
    Map<String, Double> scores) {}
