/** Tests of the model families. */
@NullMarked
package io.github.palimpsest.llm.family;

import org.jspecify.annotations.NullMarked;
