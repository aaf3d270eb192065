/** Tests of the quickstart package. */
@NullMarked
package io.github.palimpsest.llm.quickstart;

import org.jspecify.annotations.NullMarked;
