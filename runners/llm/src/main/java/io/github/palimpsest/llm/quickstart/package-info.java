/**
 * A small experiment that needs no data: instruction tasks made from a seed, a tokenizer of their
 * words, and a tiny Llama with random weights.
 *
 * <p>Start at {@link io.github.palimpsest.llm.quickstart.Quickstart}. This package may use the api,
 * the engine, {@code llm.text} and {@code llm.model}.
 */
@NullMarked
package io.github.palimpsest.llm.quickstart;

import org.jspecify.annotations.NullMarked;
