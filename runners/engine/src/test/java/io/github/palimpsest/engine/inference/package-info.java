/** Tests of inference. */
@NullMarked
package io.github.palimpsest.engine.inference;

import org.jspecify.annotations.NullMarked;
