package io.github.palimpsest.api.model;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.Stable;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The model between two steps, for a rehearsal: at the end of a task and before any merger, or as
 * pretrained. Inputs and outputs are arrays; there is no graph.
 */
@Stable(since = "0.1")
public interface FinishedModel {
  /**
   * The logits of an example's predictions.
   *
   * @return {@code [rows, classes]}: one row for each prediction of the example by itself,
   *     including those with weight 0, in the order of {@link Forward#logits}
   */
  HostArray.Floats logits(Example example);

  /** The losses of the predictions of one example, and their weights. */
  final class Losses {
    private final float[] nats;
    private final float[] weights;

    private Losses(float[] nats, float[] weights) {
      this.nats = nats.clone();
      this.weights = weights.clone();
    }

    /**
     * Copies both.
     *
     * @param nats {@code -log p} of each prediction's label; any number if its weight is 0
     * @param weights the weight of each prediction, 0 to leave it out; of the same length
     * @throws IllegalArgumentException if the lengths differ
     */
    public static Losses of(float[] nats, float[] weights) {
      if (nats.length != weights.length) {
        throw new IllegalArgumentException(
            nats.length + " losses and " + weights.length + " weights");
      }
      return new Losses(nats, weights);
    }

    /** The number of predictions. */
    public int rows() {
      return nats.length;
    }

    /** {@code -log p} of a prediction's label; any number if its weight is 0. */
    public float nats(int row) {
      return nats[row];
    }

    /** The weight of a prediction, 0 if it is left out. */
    public float weight(int row) {
      return weights[row];
    }

    /** The weighted mean of the losses, in nats; 0 if all weights are 0. */
    public double mean() {
      double sum = 0;
      double weight = 0;
      for (int row = 0; row < nats.length; row++) {
        sum += weights[row] == 0 ? 0 : (double) weights[row] * nats[row];
        weight += weights[row];
      }
      return weight == 0 ? 0 : sum / weight;
    }
  }

  /**
   * The losses of an example's predictions, in the order of the rows of {@link #logits}.
   *
   * @throws PalimpsestException if the model does not give the labels of its logits
   */
  Losses losses(Example example);

  /**
   * A copy of an example with reweighted predictions.
   *
   * @throws PalimpsestException if the model is not {@link Reweighting}
   */
  Example reweighted(Example example, float[] factors);

  /**
   * Copies of examples with labels drawn from the model: every label of a prediction with a weight
   * above 0 is drawn from {@code softmax(logits / temperature)}, in order, each given the earlier
   * ones.
   *
   * @param examples the original examples
   * @param temperature above 0
   * @param rng the source of the draws
   * @return one copy of each example, with the same id and length
   * @throws PalimpsestException if the model is not {@link Relabelling}
   */
  List<Example> relabelled(List<Example> examples, double temperature, RandomGenerator rng);

  /**
   * Samples of the model, with nothing given: each label is drawn from {@code softmax(logits /
   * temperature)}, given the earlier ones, until the model ends the text.
   *
   * @param ids the ids of the samples
   * @param tokens the most tokens of a sample, at least 2
   * @param temperature above 0
   * @param rng the source of the draws
   * @return one example for each id
   * @throws PalimpsestException if the model is not {@link Unprompted} and {@link Relabelling}
   */
  List<Example> samples(List<String> ids, int tokens, double temperature, RandomGenerator rng);
}
