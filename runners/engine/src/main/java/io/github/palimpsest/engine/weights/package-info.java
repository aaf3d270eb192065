/** Weights in a session: variables, frozen and offset weights, and copies on the host. */
@NullMarked
package io.github.palimpsest.engine.weights;

import org.jspecify.annotations.NullMarked;
