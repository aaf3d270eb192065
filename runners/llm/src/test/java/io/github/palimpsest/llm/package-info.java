/** Tests of what several packages of the module have in common. */
@NullMarked
package io.github.palimpsest.llm;

import org.jspecify.annotations.NullMarked;
