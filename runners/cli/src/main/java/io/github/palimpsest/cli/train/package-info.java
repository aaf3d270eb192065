/** The parts of the command {@code train}: held-out data, checkpoints, and the record of a run. */
@NullMarked
package io.github.palimpsest.cli.train;

import org.jspecify.annotations.NullMarked;
