package io.github.palimpsest.api;

/**
 * What is added to each trainable parameter at the end of a step: {@code w <- w + update}.
 *
 * @param tensors one operand for each trainable parameter, of its shape
 */
public record Updates(Tensors tensors) {}
