package io.github.palimpsest.engine;

import io.github.palimpsest.api.optimizer.Examples;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * Examples that the host finds.
 *
 * @param rise of the loss per target token, for each row of the selection {@code of}
 */
record Search(Examples.Rising of, Operand<TFloat32> rise) {}
