/** Figures of the pages of techniques, drawn from committed measurements. */
@NullMarked
package io.github.palimpsest.cli.figure;

import org.jspecify.annotations.NullMarked;
