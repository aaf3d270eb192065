package io.github.palimpsest.engine;

import io.github.palimpsest.api.optimizer.Examples;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * Examples that the host finds.
 *
 * @param rise of the loss a target token, for each row that {@code of} chooses among
 */
record Search(Examples.Rising of, Operand<TFloat32> rise) {}
