/**
 * JSON files of others, read strictly: a file that passes means the same to every other reader,
 * such as Python, the native tokenizer and transformers.
 */
@NullMarked
package io.github.palimpsest.llm.json;

import org.jspecify.annotations.NullMarked;
