/**
 * Adapters in the files of Hugging Face PEFT.
 *
 * <p>Start at {@link io.github.palimpsest.llm.peft.PeftDirectory}. This package may use the API and
 * the safetensors package; which component an adapter belongs to is asked of the registry.
 */
@NullMarked
package io.github.palimpsest.llm.peft;

import org.jspecify.annotations.NullMarked;
