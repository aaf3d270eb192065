package io.github.palimpsest.api.model;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.Stable;
import io.github.palimpsest.api.parameter.Space;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.regularizer.BoundRegularizer;
import io.github.palimpsest.api.regularizer.RegularizerSite;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** A task after its last step, for a regularizer. */
@Stable(since = "0.1")
public interface FinishedTask {
  /** The task's place in the sequence, from 0. */
  int index();

  /** The trainable parameters before the first step. */
  WeightSnapshot start();

  /** The trainable parameters after the last step. */
  WeightSnapshot weights();

  /**
   * The value after the last step of a slot that {@link BoundRegularizer#track} has set.
   *
   * @return one tensor for each name under which the slot was read
   * @throws IllegalArgumentException if there is no such slot
   */
  WeightSnapshot tracked(String slot);

  /**
   * The weights after the last step in a space: the trainable parameters, or the effective weights
   * that the model computes from them with an adapter.
   */
  default WeightSnapshot weights(Space space) {
    return weights();
  }

  /**
   * The diagonal of the empirical Fisher information: over the first {@code maxExamples} of the
   * task's examples in a seeded order, the mean of the squared gradient of {@code -log p(y | x)},
   * for each example by itself, summed over its target tokens. It contains only the data loss, no
   * penalty, and does not depend on a batch size (REG-06).
   *
   * @param maxExamples at most this number of examples; at least 1
   * @return one tensor for each trainable parameter
   */
  default WeightSnapshot meanSquaredGradient(int maxExamples) {
    return meanSquaredGradient(Estimate.of(maxExamples));
  }

  /**
   * The diagonal of the Fisher information with another estimator.
   *
   * @return one tensor for each tensor of the space
   */
  WeightSnapshot meanSquaredGradient(Estimate how);

  /**
   * An estimator of the Fisher information, such as {@code
   * Estimate.of(200).labels(Labels.SAMPLED)}.
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
     * An estimator with the given labels, for each example by itself, of the trainable parameters.
     *
     * @param maxExamples the maximum number of examples; at least 1
     * @throws IllegalArgumentException if the number is below 1
     */
    public static Estimate of(int maxExamples) {
      return new Estimate(maxExamples, Labels.GIVEN, 1, Space.TRAINABLE);
    }

    /** A copy with other labels: the gradient of their log-probability is squared. */
    public Estimate labels(Labels other) {
      return new Estimate(maxExamples, other, batch, space);
    }

    /**
     * A copy that averages the gradients of several examples before it squares them. This is the
     * batch-mean Fisher of some libraries, a different quantity, about {@code examples} times
     * smaller.
     *
     * @param examples the number of examples per average; 1 for no averaging
     * @throws IllegalArgumentException if the number is below 1
     */
    public Estimate batch(int examples) {
      return new Estimate(maxExamples, labels, examples, space);
    }

    /** A copy for the weights of another space. */
    public Estimate space(Space other) {
      return new Estimate(maxExamples, labels, batch, other);
    }

    /** The maximum number of examples. */
    public int maxExamples() {
      return maxExamples;
    }

    /** The labels: the gradient of their log-probability is squared. */
    public Labels labels() {
      return labels;
    }

    /** The number of examples whose gradients are averaged before they are squared. */
    public int batch() {
      return batch;
    }

    /** The space of the weights. */
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

  /** The labels of an estimate of the Fisher information. */
  enum Labels {
    /** The labels of the examples: the empirical Fisher. */
    GIVEN,
    /**
     * One label for each prediction, drawn from the model's own distribution on the example's
     * inputs: an unbiased estimate of the Fisher information itself.
     */
    SAMPLED
  }

  /**
   * The mean absolute gradient of a function of the model's outputs, for each example by itself,
   * over the same examples as in {@link #meanSquaredGradient}.
   *
   * @param maxExamples at most this number of examples; at least 1
   * @param function computes a scalar from the forward pass on one example
   * @return one tensor for each trainable parameter
   */
  WeightSnapshot meanAbsoluteGradient(
      int maxExamples, BiFunction<Ops, Forward, Operand<TFloat32>> function);

  /**
   * The second moments of the inputs of kernels at the end of the task: for each kernel the mean of
   * {@code x' x} over the rows x that the model multiplies with it. The examples are those of
   * {@link #meanSquaredGradient}, each by itself; with an adapter the model has the merged weights.
   *
   * @param kernels names of kernels of the model, whatever is trained
   * @param maxExamples at most this number of examples; at least 1
   * @return {@code [in, in]} for each kernel, under its name: symmetric, without negative
   *     eigenvalues
   * @throws IllegalArgumentException if the model has no parameter with one of the names, or the
   *     number is below 1
   * @throws PalimpsestException if the model multiplies nothing with one of them
   */
  WeightSnapshot inputMoments(Set<String> kernels, int maxExamples);

  /** The memory of a name, from this task or an earlier one. */
  Optional<WeightSnapshot> recall(String name);

  /**
   * Keeps tensors after the end of the task. They are copied, are part of every checkpoint, and can
   * be read in the graphs of later tasks with {@link RegularizerSite#memory}.
   *
   * @param name unique within the regularizer; an earlier memory of that name is replaced
   */
  void remember(String name, WeightSnapshot value);
}
