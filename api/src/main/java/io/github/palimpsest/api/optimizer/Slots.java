package io.github.palimpsest.api.optimizer;

import io.github.palimpsest.api.Stable;
import io.github.palimpsest.api.component.Capable;
import io.github.palimpsest.api.parameter.Tensors;
import org.tensorflow.op.Ops;

/**
 * The state of an optimizer: named tensors that live from step to step, are zero or another
 * constant before the first step of a task, and are part of every checkpoint. Two optimizers in one
 * graph never share a slot (rule OPT-09). Slots of other shapes than the parameters', or that start
 * from other values, are declared: see {@link Slot}.
 */
@Stable(since = "0.1")
public interface Slots extends Capable {
  /**
   * The value after the previous step.
   *
   * @param slot the slot's name, unique within the optimizer
   * @param like tensors with the names and shapes; need not be the parameters themselves
   * @param fill the value of every element before the first step
   */
  Tensors old(String slot, Tensors like, float fill);

  /**
   * Sets the value for the next step. Call it exactly once for each slot that {@link #old} has
   * read, with the same names and shapes; a slot that is not set keeps its value.
   */
  void next(String slot, Tensors value);

  /**
   * Sets the value for the next step to {@code old + by}. A runner may add in place, so that the
   * sum takes no extra memory.
   *
   * @param tf where to build
   * @param slot the slot's name
   * @param old the tensors that {@link #old} has read
   * @param by the tensors to add, with the same names and shapes
   * @return the sum
   */
  default Tensors add(Ops tf, String slot, Tensors old, Tensors by) {
    Tensors sum = old.plus(tf, by);
    next(slot, sum);
    return sum;
  }
}
