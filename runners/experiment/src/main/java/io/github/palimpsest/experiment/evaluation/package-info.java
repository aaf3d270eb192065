/**
 * Evaluates a model on benchmark tasks. Start at {@link
 * io.github.palimpsest.experiment.evaluation.ModelEvaluation}.
 */
@NullMarked
package io.github.palimpsest.experiment.evaluation;

import org.jspecify.annotations.NullMarked;
