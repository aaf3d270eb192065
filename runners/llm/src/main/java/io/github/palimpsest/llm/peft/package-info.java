/**
 * Adapters in the files of Hugging Face PEFT.
 *
 * <p>Start at {@link io.github.palimpsest.llm.peft.PeftDirectory}. This package may use the API and
 * the safetensors package; the registry finds the component of an adapter.
 */
@NullMarked
package io.github.palimpsest.llm.peft;

import org.jspecify.annotations.NullMarked;
