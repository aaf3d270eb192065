package io.github.palimpsest.experiment.plan;

/**
 * A combination of levels that is not run.
 *
 * @param levels the combination as recipe text
 * @param rule the short name of the rule that it breaks, or {@code exclude} for one of the file
 * @param reason the rule in words
 */
public record Excluded(String levels, String rule, String reason) {}
