package io.github.palimpsest.engine;

import java.util.List;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.types.TFloat32;

/**
 * One kind of step.
 *
 * @param calls oracle calls, in order; those of the optimizer come first
 * @param passes the cost of the optimizer's stages
 * @param memory what the variables of a step with accumulation hold, call after call
 * @param train applies the update
 * @param norm the norm of the gradient, if it is measured
 */
record StepPhase(
    List<OracleCall> calls,
    double passes,
    StepVariables memory,
    Op train,
    Optional<Operand<TFloat32>> norm) {}
