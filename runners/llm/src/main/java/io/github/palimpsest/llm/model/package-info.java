/**
 * Llama-family decoders: configuration, the model as the engine trains it, Hugging Face directories
 * in and out, and generation. Uses the API, the engine's {@code Inference}, Jackson, the
 * safetensors package and, to load a directory's tokenizer, the text package.
 *
 * <p>Start with {@link io.github.palimpsest.llm.model.HuggingFaceDirectory}, then {@link
 * io.github.palimpsest.llm.model.LlamaModel}.
 */
@NullMarked
package io.github.palimpsest.llm.model;

import org.jspecify.annotations.NullMarked;
