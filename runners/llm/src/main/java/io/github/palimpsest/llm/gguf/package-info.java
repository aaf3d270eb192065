/**
 * GGUF, the file format of llama.cpp: reads a file and writes the model in it as a Hugging Face
 * directory. Uses the families, the safetensors writer and Jackson; nothing else knows GGUF.
 *
 * <p>Start with {@link io.github.palimpsest.llm.gguf.GgufImport}.
 */
@NullMarked
package io.github.palimpsest.llm.gguf;

import org.jspecify.annotations.NullMarked;
