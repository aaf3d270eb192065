package io.github.palimpsest.wiseft;

import io.github.palimpsest.api.component.Promise;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.merger.Merger;
import io.github.palimpsest.api.merger.MergerProvider;
import io.github.palimpsest.api.merger.WeightHistory;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * LiNeS: the change that training made, scaled down most in the first layers, which hold what is
 * general,
 *
 * <pre>
 *   theta_l = theta0_l + (alpha + beta (l - 1) / (L - 1)) (theta1_l - theta0_l),   layers l = 1..L
 * </pre>
 *
 * <p>with {@code alpha} for parameters of no layer, such as embeddings, as the authors' code has
 * it. {@code alpha=1, beta=0} is the trained model, {@code beta=0} is {@link WiseFt}, bit for bit.
 *
 * <p>Wang, Dimitriadis, Favero, Ortiz-Jimenez, Fleuret and Frossard 2025, arXiv:2410.17146. Rules
 * PPW-01 and PPW-03.
 *
 * @param alpha share of the change that the first layer keeps
 * @param beta how much more the last layer keeps
 * @param from which weights theta0 is
 */
record LiNeS(double alpha, double beta, From from) implements Merger {
  static final Setting<Double> ALPHA =
      Setting.real("alpha", 0.5, 0, 1, "share of the change that the first layer keeps");
  static final Setting<Double> BETA =
      Setting.real("beta", 0.5, -1, 1, "how much more of it the last layer keeps");

  static final MergerProvider PROVIDER =
      MergerProvider.of(
              "lines",
              "LiNeS: the change that training made, scaled up from the first layer to the last",
              "theta_l = theta0_l + (alpha + beta (l - 1) / (L - 1)) (theta1_l - theta0_l); alpha outside the"
                  + " layers")
          .settings(ALPHA, BETA, Merging.FROM, Merging.WHEN)
          .traits(
              s ->
                  Merging.traits(
                      s,
                      "Wang et al. 2025, LiNeS: post-training layer scaling prevents forgetting and enhances model"
                          + " merging (arXiv:2410.17146)"))
          .promisesNot(Promise.INTERPOLATES)
          .creates(s -> new LiNeS(s.get(ALPHA), s.get(BETA), s.get(Merging.FROM)));

  @Override
  public WeightSnapshot apply(WeightHistory history) {
    Map<String, Integer> layers =
        history.site().parameters().stream()
            .collect(Collectors.toMap(ParameterSpec::name, ParameterSpec::layer));
    int last = layers.values().stream().mapToInt(l -> l).max().orElse(0);
    return from.ends(history)
        .each((name, t0, t1) -> Line.at(share(layers.getOrDefault(name, -1), last), t0, t1));
  }

  /** Layers count from 0 here. */
  private double share(int layer, int last) {
    return layer <= 0 ? alpha : alpha + beta * layer / last;
  }
}
