/** The command {@code bench}: times of steps, optimizers, strategies and grids. */
@NullMarked
package io.github.palimpsest.cli.bench;

import org.jspecify.annotations.NullMarked;
