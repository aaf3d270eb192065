/**
 * Benchmark tasks: what a task asks of each record, with examples before the question, and how the
 * answers are measured, with the numbers of the Language Model Evaluation Harness 0.4.13.
 *
 * <p>Start at {@link io.github.palimpsest.llm.task.BenchmarkTask}, then read {@link
 * io.github.palimpsest.llm.task.TaskPrompts}, which makes items of records, and {@link
 * io.github.palimpsest.llm.task.TaskEvaluation}, which asks a model.
 *
 * <p>This package may use the api, {@code llm.score}, {@code llm.text} and {@code llm.jinja}.
 */
@NullMarked
package io.github.palimpsest.llm.task;

import org.jspecify.annotations.NullMarked;
