/** Rehearsal: examples of earlier tasks in the batches of the current one. */
@NullMarked
package io.github.palimpsest.api.rehearsal;

import org.jspecify.annotations.NullMarked;
