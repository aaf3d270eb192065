package io.github.palimpsest.api;

/**
 * The gradient of an objective with respect to each trainable parameter.
 *
 * @param tensors one operand for each trainable parameter, of its shape
 */
public record Gradients(Tensors tensors) {}
