/** Tests of benchmark tasks. */
@NullMarked
package io.github.palimpsest.llm.task;

import org.jspecify.annotations.NullMarked;
