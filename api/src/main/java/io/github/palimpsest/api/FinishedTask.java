package io.github.palimpsest.api;

import java.util.Optional;
import java.util.function.BiFunction;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** A task whose last step is done, as a regularizer sees it. */
public interface FinishedTask {
  /** The task's place in the sequence, from 0. */
  int index();

  /** The trainable parameters before the first step. */
  WeightSnapshot start();

  /** The trainable parameters after the last step. */
  WeightSnapshot weights();

  /**
   * A slot that {@link BoundRegularizer#track} has set, after the last step.
   *
   * @return one tensor for each name that the slot was read with
   * @throws IllegalArgumentException if there is no such slot
   */
  WeightSnapshot tracked(String slot);

  /**
   * The diagonal of the empirical Fisher information: over the first {@code maxExamples} of the
   * task's examples in a seeded order, the mean of the squared gradient of {@code -log p(y | x)},
   * each example by itself and summed over its target tokens. It holds the data loss alone, never a
   * penalty, and does not depend on any batch size (REG-06).
   *
   * @param maxExamples at most so many examples; at least 1
   * @return one tensor for each trainable parameter
   */
  default WeightSnapshot meanSquaredGradient(int maxExamples) {
    return meanSquaredGradient(maxExamples, Labels.GIVEN);
  }

  /**
   * The same with a choice of the labels.
   *
   * @param maxExamples at most so many examples; at least 1
   * @param labels whose probabilities' gradients are squared
   */
  WeightSnapshot meanSquaredGradient(int maxExamples, Labels labels);

  /** Labels that a Fisher information is estimated with. */
  enum Labels {
    /** Those of the examples: the empirical Fisher. */
    GIVEN,
    /**
     * One for each prediction, drawn from the model's own distribution on the example's inputs: an
     * unbiased estimate of the Fisher information itself.
     */
    SAMPLED
  }

  /**
   * The mean over examples of the absolute gradient of a function of the model's outputs, each
   * example by itself, over the same examples as {@link #meanSquaredGradient}.
   *
   * @param maxExamples at most so many examples; at least 1
   * @param function a scalar made of the forward pass on one example
   * @return one tensor for each trainable parameter
   */
  WeightSnapshot meanAbsoluteGradient(
      int maxExamples, BiFunction<Ops, Forward, Operand<TFloat32>> function);

  /** What was remembered under a name, by this task or an earlier one. */
  Optional<WeightSnapshot> recall(String name);

  /**
   * Keeps tensors beyond the task. They are copied, become part of every checkpoint, and can be
   * read in the graphs of later tasks with {@link RegularizerSite#memory}.
   *
   * @param name unique within the regularizer; an earlier memory of that name is replaced
   */
  void remember(String name, WeightSnapshot value);
}
