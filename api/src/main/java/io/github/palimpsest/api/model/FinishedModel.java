package io.github.palimpsest.api.model;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.Stable;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The model between two steps, as a rehearsal sees it: at the end of a task before any merger, or
 * as it was pretrained. Arrays in and out, no graph.
 */
@Stable(since = "0.1")
public interface FinishedModel {
  /**
   * The logits of an example's predictions.
   *
   * @return {@code [rows, classes]}: one row for each prediction of the example by itself, those
   *     that do not count included, in the order of {@link Forward#logits}
   */
  HostArray.Floats logits(Example example);

  /** How well an example is predicted. */
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
     * @param nats {@code -log p} of each prediction's label, any number where it does not count
     * @param weights how much each prediction counts, 0 for none; as many
     * @throws IllegalArgumentException if these are not as many
     */
    public static Losses of(float[] nats, float[] weights) {
      if (nats.length != weights.length) {
        throw new IllegalArgumentException(
            nats.length + " losses and " + weights.length + " weights");
      }
      return new Losses(nats, weights);
    }

    /** How many predictions there are. */
    public int rows() {
      return nats.length;
    }

    /** {@code -log p} of a prediction's label, any number where it does not count. */
    public float nats(int row) {
      return nats[row];
    }

    /** How much a prediction counts, 0 for nothing. */
    public float weight(int row) {
      return weights[row];
    }

    /** The mean over what counts, in nats; 0 where nothing does. */
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
   * The losses of an example's predictions, by rows as in {@link #logits}.
   *
   * @throws PalimpsestException if the model does not say what its logits are to predict
   */
  Losses losses(Example example);

  /**
   * An example whose predictions count more or less.
   *
   * @throws PalimpsestException if the model is not {@link Reweighting}
   */
  Example reweighted(Example example, float[] factors);

  /**
   * Examples whose labels the model draws itself: what counts as a prediction is drawn from {@code
   * softmax(logits / temperature)}, one after the other, each seeing those before it.
   *
   * @param examples where to start from
   * @param temperature above 0
   * @param rng where to draw from
   * @return as many, of the same ids and lengths
   * @throws PalimpsestException if the model is not {@link Relabelling}
   */
  List<Example> relabelled(List<Example> examples, double temperature, RandomGenerator rng);
}
