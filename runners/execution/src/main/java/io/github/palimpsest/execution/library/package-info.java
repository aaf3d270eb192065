/** Palimpsest in a program: an experiment built from values and run in this process. */
@NullMarked
package io.github.palimpsest.execution.library;

import org.jspecify.annotations.NullMarked;
