/** Tests of components together: families of models with techniques. */
@NullMarked
package io.github.palimpsest.execution.pairs;

import org.jspecify.annotations.NullMarked;
