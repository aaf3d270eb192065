/** Tests of the optimizers: golden trajectories, closed forms and the identities they imply. */
@NullMarked
package io.github.palimpsest.optimizers;

import org.jspecify.annotations.NullMarked;
