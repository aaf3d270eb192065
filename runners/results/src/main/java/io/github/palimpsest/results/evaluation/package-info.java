/**
 * The output folder of an evaluation: scores of tasks and suites, and each item with its outcome.
 * Start at {@link io.github.palimpsest.results.evaluation.EvaluationFolder}.
 */
@NullMarked
package io.github.palimpsest.results.evaluation;

import org.jspecify.annotations.NullMarked;
