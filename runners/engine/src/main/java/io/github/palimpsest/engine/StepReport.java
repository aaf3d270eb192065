package io.github.palimpsest.engine;

import io.github.palimpsest.api.data.Example;
import java.util.List;
import java.util.OptionalDouble;

/**
 * A finished training step.
 *
 * @param task the task, from 0
 * @param step number of finished steps of the task, from 1
 * @param totalSteps steps that the task will take
 * @param loss the step's objective before its update, in nats per target token plus penalties
 * @param gradientNorm the Euclidean norm of its gradient over all trainable parameters, before any
 *     clipping or constraint; empty if the listener does not measure it, or if the update uses no
 *     such gradient, so that it would cost another pass
 * @param examples all examples of the step
 */
public record StepReport(
    int task,
    long step,
    long totalSteps,
    double loss,
    OptionalDouble gradientNorm,
    List<Example> examples) {}
