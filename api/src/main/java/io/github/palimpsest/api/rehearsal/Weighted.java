package io.github.palimpsest.api.rehearsal;

import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** A {@link RehearsalLoss.Mean} as a value. */
record Weighted(double factor, Operand<TFloat32> sum, Operand<TFloat32> weight)
    implements RehearsalLoss.Mean {}
