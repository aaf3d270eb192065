/**
 * JSON files of others, read so that what passes here means the same to every other reader: Python,
 * the native tokenizer, transformers.
 */
@NullMarked
package io.github.palimpsest.llm.json;

import org.jspecify.annotations.NullMarked;
