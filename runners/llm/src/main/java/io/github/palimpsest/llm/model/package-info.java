/**
 * Reads and writes Hugging Face directories. Uses the API, the decoder module, Jackson, the
 * safetensors package and, to load a directory's tokenizer, the text package.
 *
 * <p>Start with {@link io.github.palimpsest.llm.model.HuggingFaceDirectory}.
 */
@NullMarked
package io.github.palimpsest.llm.model;

import org.jspecify.annotations.NullMarked;
