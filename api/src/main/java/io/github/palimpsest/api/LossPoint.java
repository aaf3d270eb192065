package io.github.palimpsest.api;

import java.util.function.Function;

/**
 * The point at which a penalty is built.
 *
 * @param at the trainable parameters there
 * @param effective the weights that the model sees there
 * @param forward the forward pass on the batch there
 * @param weightsAt the weights that the model would see at other trainable parameters, with the
 *     adapter and the frozen base of this task
 * @param forwardAt builds another forward pass on the same batch, at other weights
 */
public record LossPoint(
    Params at,
    Weights effective,
    Forward forward,
    Function<Params, Weights> weightsAt,
    Function<Weights, Forward> forwardAt) {}
