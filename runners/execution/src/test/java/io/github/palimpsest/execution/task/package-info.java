/** Tests of task files, their data and their sources. */
@NullMarked
package io.github.palimpsest.execution.task;

import org.jspecify.annotations.NullMarked;
