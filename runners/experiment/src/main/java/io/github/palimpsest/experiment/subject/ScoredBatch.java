package io.github.palimpsest.experiment.subject;

/**
 * The largest batch of a set that is scored.
 *
 * @param rows its examples
 * @param tokens the tokens of the longest one
 * @param generated whether the model answers token by token, with logits of the last token alone
 */
public record ScoredBatch(int rows, int tokens, boolean generated) {}
