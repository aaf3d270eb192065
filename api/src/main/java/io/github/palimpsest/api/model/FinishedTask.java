package io.github.palimpsest.api.model;

import io.github.palimpsest.api.Stable;
import io.github.palimpsest.api.parameter.Space;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.regularizer.BoundRegularizer;
import io.github.palimpsest.api.regularizer.RegularizerSite;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiFunction;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** A task whose last step is done, as a regularizer sees it. */
@Stable(since = "0.1")
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
   * The weights after the last step in a space: the trainable parameters, or the effective weights
   * that they make under an adapter, computed as the model sees them.
   */
  default WeightSnapshot weights(Space space) {
    return weights();
  }

  /**
   * The diagonal of the empirical Fisher information: over the first {@code maxExamples} of the
   * task's examples in a seeded order, the mean of the squared gradient of {@code -log p(y | x)},
   * each example by itself and summed over its target tokens. It holds the data loss alone, never a
   * penalty, and does not depend on any batch size (REG-06).
   *
   * @param maxExamples at most this number of examples; at least 1
   * @return one tensor for each trainable parameter
   */
  default WeightSnapshot meanSquaredGradient(int maxExamples) {
    return meanSquaredGradient(Estimate.of(maxExamples));
  }

  /**
   * The same, estimated in another way.
   *
   * @return one tensor for each one of the space
   */
  WeightSnapshot meanSquaredGradient(Estimate how);

  /**
   * How a Fisher information is estimated, such as {@code Estimate.of(200).labels(Labels.SAMPLED)}.
   */
  final class Estimate {
    private final int maxExamples;
    private final Labels labels;
    private final int batch;
    private final Space space;

    private Estimate(int maxExamples, Labels labels, int batch, Space space) {
      if (maxExamples < 1 || batch < 1) {
        throw new IllegalArgumentException(
            "maxExamples=" + maxExamples + " and batch=" + batch + " must be at least 1");
      }
      this.maxExamples = maxExamples;
      this.labels = labels;
      this.batch = batch;
      this.space = space;
    }

    /**
     * With the given labels, each example by itself, of the trainable parameters.
     *
     * @param maxExamples the most examples that are used; at least 1
     * @throws IllegalArgumentException if the number is below 1
     */
    public static Estimate of(int maxExamples) {
      return new Estimate(maxExamples, Labels.GIVEN, 1, Space.TRAINABLE);
    }

    /** A copy with other labels, whose probabilities' gradients are squared. */
    public Estimate labels(Labels other) {
      return new Estimate(maxExamples, other, batch, space);
    }

    /**
     * A copy in which the gradients of several examples are averaged before they are squared: the
     * batch-mean Fisher of some libraries, another quantity, and about {@code examples} times
     * smaller.
     *
     * @param examples how many; 1 for each by itself
     * @throws IllegalArgumentException if the number is below 1
     */
    public Estimate batch(int examples) {
      return new Estimate(maxExamples, labels, examples, space);
    }

    /** A copy for other weights. */
    public Estimate space(Space other) {
      return new Estimate(maxExamples, labels, batch, other);
    }

    /** The most examples that are used. */
    public int maxExamples() {
      return maxExamples;
    }

    /** Whose probabilities' gradients are squared. */
    public Labels labels() {
      return labels;
    }

    /** How many examples' gradients are averaged before they are squared. */
    public int batch() {
      return batch;
    }

    /** Of which weights. */
    public Space space() {
      return space;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Estimate e
          && maxExamples == e.maxExamples
          && labels == e.labels
          && batch == e.batch
          && space == e.space;
    }

    @Override
    public int hashCode() {
      return Objects.hash(maxExamples, labels, batch, space);
    }

    @Override
    public String toString() {
      return "Estimate[maxExamples="
          + maxExamples
          + ", labels="
          + labels
          + ", batch="
          + batch
          + ", space="
          + space
          + "]";
    }
  }

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
   * @param maxExamples at most this number of examples; at least 1
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
