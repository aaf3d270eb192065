package io.github.palimpsest.api;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The model as it is after the last step of a task, before any merger, as a rehearsal sees it:
 * arrays in and out, no graph.
 */
public interface FinishedModel {
  /**
   * The logits of an example's predictions.
   *
   * @return {@code [rows, classes]}: one row for each prediction of the example by itself, those
   *     that do not count included, in the order of {@link Forward#logits}
   */
  HostArray.Floats logits(Example example);

  /**
   * Examples whose labels the model draws itself: what counts as a prediction is drawn from {@code
   * softmax(logits / temperature)}, one after the other, each seeing those before it.
   *
   * @param examples where to start from
   * @param temperature above 0
   * @param rng where to draw from
   * @return as many, of the same ids and lengths
   * @throws PalimpsestException if the model cannot ({@link Model#relabelled})
   */
  List<Example> relabelled(List<Example> examples, double temperature, RandomGenerator rng);
}
