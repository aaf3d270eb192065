package io.github.palimpsest.wiseft;

import io.github.palimpsest.api.component.Promise;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.merger.MergeSite;
import io.github.palimpsest.api.merger.Merger;
import io.github.palimpsest.api.merger.MergerProvider;
import io.github.palimpsest.api.merger.WeightHistory;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import java.util.random.RandomGenerator;

/**
 * DARE: drops entries of the task vector at random and rescales the others, which leaves its mean
 * as it is,
 *
 * <pre>
 *   theta = theta0 + lambda / (1 - p) m (theta1 - theta0),   m_i = 0 with probability p, else 1
 * </pre>
 *
 * <p>Each tensor's m comes from a stream of its own, so it is the same with each reading. Dropped
 * entries have the bits of theta0; with {@code p=0} it is {@link TaskArithmetic}, bit for bit.
 *
 * <p>Yu, Yu, Yu, Huang and Li 2024, arXiv:2311.03099. Rules PPW-01 and PPW-03.
 *
 * @param p probability that an entry is dropped
 * @param lambda how much of the task vector
 * @param from which weights theta0 is
 */
record Dare(double p, double lambda, From from) implements Merger {
  static final Setting<Double> P =
      Setting.real(
          "p",
          0.5,
          0,
          Math.nextDown(1.0),
          "probability that an entry of the task vector is dropped");

  static final MergerProvider PROVIDER =
      MergerProvider.of(
              "dare",
              "DARE: drops entries of what training changed at random and rescales the rest",
              "theta = theta0 + lambda / (1 - p) m (theta1 - theta0); m_i = 0 with probability p, else 1")
          .settings(P, Merging.LAMBDA, Merging.FROM, Merging.WHEN)
          .traits(
              s ->
                  Merging.traits(
                      s,
                      "Yu, Yu, Yu, Huang and Li 2024, Language models are super Mario: absorbing abilities from"
                          + " homologous models as a free lunch (arXiv:2311.03099)"))
          .promisesNot(Promise.INTERPOLATES)
          .creates(s -> new Dare(s.get(P), s.get(Merging.LAMBDA), s.get(Merging.FROM)));

  @Override
  public WeightSnapshot apply(WeightHistory history) {
    MergeSite site = history.site();
    return from.ends(history).each((name, t0, t1) -> dropped(t0, t1, site.stream("dare/" + name)));
  }

  private float[] dropped(float[] t0, float[] t1, RandomGenerator rng) {
    float[] theta = Line.at(lambda / (1 - p), t0.clone(), t1);
    for (int i = 0; i < theta.length; i++) {
      if (rng.nextDouble() < p) {
        theta[i] = t0[i];
      }
    }
    return theta;
  }
}
