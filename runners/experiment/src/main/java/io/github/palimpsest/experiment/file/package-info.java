/** Experiment files: start at {@link io.github.palimpsest.experiment.file.ExperimentFile}. */
@NullMarked
package io.github.palimpsest.experiment.file;

import org.jspecify.annotations.NullMarked;
