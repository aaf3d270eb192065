package io.github.palimpsest.wiseft;

import io.github.palimpsest.api.component.Promise;
import io.github.palimpsest.api.merger.Merger;
import io.github.palimpsest.api.merger.MergerProvider;
import io.github.palimpsest.api.merger.WeightHistory;
import io.github.palimpsest.api.parameter.WeightSnapshot;

/**
 * Task arithmetic: {@code theta = theta0 + lambda tau} with the task vector {@code tau = theta1 -
 * theta0}. It is the line of {@link WiseFt}, extended beyond its ends: lambda above 1 goes further
 * than training did, below 0 away from the task. lambda 0 and 1 give theta0 and theta1 bit for bit.
 *
 * <p>The default of lambda is 1, for the merging of several models: one alone stays as it is.
 *
 * <p>Ilharco et al. 2023, arXiv:2212.04089. Rules PPW-01 and PPW-03.
 *
 * @param lambda factor of the task vector
 * @param from the origin of theta0
 */
record TaskArithmetic(double lambda, From from) implements Merger {
  static final MergerProvider PROVIDER =
      MergerProvider.of(
              "task-arithmetic",
              "A multiple of what training changed: less, more or the reverse of it",
              "theta = theta0 + lambda (theta1 - theta0)")
          .settings(Merging.LAMBDA, Merging.FROM, Merging.WHEN)
          .traits(
              s ->
                  Merging.traits(
                      s,
                      "Ilharco et al. 2023, Editing models with task arithmetic (arXiv:2212.04089)"))
          .promisesNot(Promise.INTERPOLATES)
          .creates(s -> new TaskArithmetic(s.get(Merging.LAMBDA), s.get(Merging.FROM)));

  @Override
  public WeightSnapshot apply(WeightHistory history) {
    return from.ends(history).each((t0, t1) -> Line.at(lambda, t0, t1));
  }
}
