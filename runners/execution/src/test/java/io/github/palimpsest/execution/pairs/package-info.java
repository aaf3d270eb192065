/** Tests of components together: with each other, and with families of models. */
@NullMarked
package io.github.palimpsest.execution.pairs;

import org.jspecify.annotations.NullMarked;
