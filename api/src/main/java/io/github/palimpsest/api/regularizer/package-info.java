/** Regularizers: they add a penalty to the loss, with a memory of the finished tasks. */
@NullMarked
package io.github.palimpsest.api.regularizer;

import org.jspecify.annotations.NullMarked;
