package io.github.palimpsest.api;

import java.util.function.Function;

/**
 * The point at which a penalty is built.
 *
 * @param at the trainable parameters there
 * @param effective the weights that the model sees there
 * @param forward the forward pass on the batch there
 * @param forwardAt builds another forward pass on the same batch, at other weights
 */
public record LossPoint(
    Params at, Weights effective, Forward forward, Function<Weights, Forward> forwardAt) {}
