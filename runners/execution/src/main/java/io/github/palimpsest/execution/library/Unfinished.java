package io.github.palimpsest.execution.library;

/**
 * A recipe that has neither a result nor a failure with a seed, because the run was stopped.
 *
 * @param recipe the given recipe, in canonical spelling
 * @param seed the seed
 */
public record Unfinished(String recipe, long seed) {}
