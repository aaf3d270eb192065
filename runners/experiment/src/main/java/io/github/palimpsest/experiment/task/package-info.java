/**
 * Files of benchmark tasks: start at {@link io.github.palimpsest.experiment.task.TaskCatalog},
 * which finds a task by its name or its file, and {@link
 * io.github.palimpsest.experiment.task.TaskFile}, which reads one.
 */
@NullMarked
package io.github.palimpsest.experiment.task;

import org.jspecify.annotations.NullMarked;
