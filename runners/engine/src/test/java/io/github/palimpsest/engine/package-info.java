/** Tests of the engine. */
@NullMarked
package io.github.palimpsest.engine;

import org.jspecify.annotations.NullMarked;
