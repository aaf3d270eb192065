package io.github.palimpsest.api;

/**
 * The gradient of an objective with respect to each trainable parameter.
 *
 * @param tensors one operand for each trainable parameter, of its shape
 */
@Stable(since = "0.1")
public record Gradients(Tensors tensors) {}
