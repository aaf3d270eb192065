/** Gradients of a graph, with activations computed again where memory is short. */
@NullMarked
package io.github.palimpsest.engine.differentiation;

import org.jspecify.annotations.NullMarked;
