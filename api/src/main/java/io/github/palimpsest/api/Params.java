package io.github.palimpsest.api;

/**
 * The trainable parameters at some point: the current weights, or {@code w + e}.
 *
 * @param tensors one operand for each trainable parameter, of its shape
 */
public record Params(Tensors tensors) {}
