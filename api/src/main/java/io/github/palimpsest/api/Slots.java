package io.github.palimpsest.api;

/**
 * The state of an optimizer: named tensors that live from step to step, are zero or another
 * constant before the first step of a task, and are part of every checkpoint. Two optimizers in one
 * graph never share a slot (rule OPT-09).
 */
public interface Slots {
  /**
   * The value after the previous step.
   *
   * @param slot the slot's name, unique within the optimizer
   * @param like gives names and shapes; need not be the parameters themselves
   * @param fill every element before the first step
   */
  Tensors old(String slot, Tensors like, float fill);

  /**
   * Sets the value that the next step will see. Call it exactly once for each slot that {@link
   * #old} has read, with the same names and shapes; a slot that is not set keeps its value. A sum
   * of the old value and something else is added in place, and then takes no memory of its own.
   */
  void next(String slot, Tensors value);
}
