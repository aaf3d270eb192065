/**
 * Weights in safetensors files: a reader that maps the file, one for sharded checkpoints, and a
 * writer. Uses the API's values and Jackson only; knows no model.
 *
 * <p>Start with {@link io.github.palimpsest.llm.safetensors.SafetensorsFile}.
 */
@NullMarked
package io.github.palimpsest.llm.safetensors;

import org.jspecify.annotations.NullMarked;
