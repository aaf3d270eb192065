package io.github.palimpsest.api.optimizer;

import io.github.palimpsest.api.Stable;
import io.github.palimpsest.api.parameter.Tensors;

/**
 * The gradient of an objective with respect to each trainable parameter.
 *
 * @param tensors one operand for each trainable parameter, of its shape
 */
@Stable(since = "0.1")
public record Gradients(Tensors tensors) {}
