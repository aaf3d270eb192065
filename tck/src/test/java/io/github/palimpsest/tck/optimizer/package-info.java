/** Optimizers that break a rule each. */
@org.jspecify.annotations.NullMarked
package io.github.palimpsest.tck.optimizer;
