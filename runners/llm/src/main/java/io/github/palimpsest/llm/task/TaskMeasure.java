package io.github.palimpsest.llm.task;

import io.github.palimpsest.api.measure.Measure;

/**
 * A measure of a task with its name in results.
 *
 * @param name the harness's name, or that of a plugin's measure
 * @param measure how answers are scored
 */
public record TaskMeasure(String name, Measure measure) {}
