package io.github.palimpsest.wiseft;

import io.github.palimpsest.api.merger.Merger;
import io.github.palimpsest.api.merger.MergerProvider;
import io.github.palimpsest.api.merger.WeightHistory;
import io.github.palimpsest.api.parameter.WeightSnapshot;

/**
 * Interpolation in weight space, {@code theta = (1 - alpha) theta0 + alpha theta1}, where theta1 is
 * what training made and theta0 what it started from. Computed in float32, one tensor at a time
 * when it is read, so that no third model lies in memory. alpha 0 and 1 give the end points bit for
 * bit, and a weight that training did not change stays as it is.
 *
 * <p>Wortsman et al. 2022, arXiv:2109.01903. Rules PPW-01 and PPW-02.
 *
 * @param alpha 0 for theta0, 1 for theta1
 * @param from which weights theta0 is
 */
record WiseFt(double alpha, From from) implements Merger {
  static final MergerProvider PROVIDER =
      MergerProvider.of(
              "wise-ft",
              "Weights on the straight line between those before and those after training",
              "theta = (1 - alpha) theta0 + alpha theta1")
          .settings(Merging.ALPHA, Merging.FROM, Merging.WHEN)
          .traits(
              s ->
                  Merging.traits(
                      s,
                      "Wortsman et al. 2022, Robust fine-tuning of zero-shot models (arXiv:2109.01903)"))
          .creates(s -> new WiseFt(s.get(Merging.ALPHA), s.get(Merging.FROM)));

  @Override
  public WeightSnapshot apply(WeightHistory history) {
    return from.ends(history).each((t0, t1) -> Line.at(alpha, t0, t1));
  }
}
