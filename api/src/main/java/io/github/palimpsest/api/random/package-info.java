/**
 * Named random streams: every random number of a run is a pure function of the seed, the purpose it
 * serves, the task and the step.
 */
@NullMarked
package io.github.palimpsest.api.random;

import org.jspecify.annotations.NullMarked;
