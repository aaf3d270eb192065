package io.github.palimpsest.api;

import java.util.Optional;

/** A task whose last step is done, as a regularizer sees it. */
public interface FinishedTask {
  /** The task's place in the sequence, from 0. */
  int index();

  /** The trainable parameters after the last step. */
  WeightSnapshot weights();

  /**
   * The diagonal of the empirical Fisher information: over the first {@code maxExamples} of the
   * task's examples in a seeded order, the mean of the squared gradient of {@code -log p(y | x)},
   * each example by itself and summed over its target tokens. It holds the data loss alone, never a
   * penalty, and does not depend on any batch size (REG-06).
   *
   * @param maxExamples at most so many examples; at least 1
   * @return one tensor for each trainable parameter
   */
  WeightSnapshot meanSquaredGradient(int maxExamples);

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
