/** Mergers: they rewrite the weights after a task. */
@NullMarked
package io.github.palimpsest.api.merger;

import org.jspecify.annotations.NullMarked;
