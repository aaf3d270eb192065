package io.github.palimpsest.execution.probe;

/**
 * The examples for the loss of probes.
 *
 * @param on a task, for its training examples, or an evaluation set; empty for the last task
 * @param examples their number, spread evenly; 0 for all
 */
public record ProbeSample(String on, int examples) {}
