package io.github.palimpsest.execution.probe;

/**
 * The examples that probes take the loss on.
 *
 * @param on a task, whose training examples it is, or an evaluation set; empty for the last task
 * @param examples how many, spread evenly; 0 for all
 */
public record ProbeSample(String on, int examples) {}
