/** What an experiment trains and measures: models, tasks, and how they are scored. */
@NullMarked
package io.github.palimpsest.experiment.subject;

import org.jspecify.annotations.NullMarked;
