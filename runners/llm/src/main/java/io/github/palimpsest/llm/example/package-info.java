/**
 * What becomes of the examples of a task before they are trained on: the side that is cut off, the
 * weight of each file, a cap on tokens, and packing.
 *
 * <p>This package knows no files and no tokenizer.
 */
@NullMarked
package io.github.palimpsest.llm.example;

import org.jspecify.annotations.NullMarked;
