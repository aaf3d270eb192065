/** The subject of an experiment: models, tasks and scores. */
@NullMarked
package io.github.palimpsest.experiment.subject;

import org.jspecify.annotations.NullMarked;
