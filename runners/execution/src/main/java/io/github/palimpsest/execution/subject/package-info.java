/** What an experiment trains and measures: models, tasks, and how they are scored. */
@NullMarked
package io.github.palimpsest.execution.subject;

import org.jspecify.annotations.NullMarked;
