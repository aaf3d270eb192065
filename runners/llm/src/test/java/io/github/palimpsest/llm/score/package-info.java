/** Tests of the score package. */
@NullMarked
package io.github.palimpsest.llm.score;

import org.jspecify.annotations.NullMarked;
