package io.github.palimpsest.wiseft;

import io.github.palimpsest.api.component.Promise;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.merger.Merger;
import io.github.palimpsest.api.merger.MergerProvider;
import io.github.palimpsest.api.merger.WeightHistory;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Shrinks the singular directions of each kernel that training put in and that the kernel did not
 * have before,
 *
 * <pre>
 *   theta1 = sum of s_j v_j u_j',  u of the outputs,  and theta0 alike with u0
 *   j &lt; top intrudes if max over i of |u0_i . u_j| &lt; epsilon
 *   theta = theta1 - (1 - lambda) sum over intruders of s_j v_j u_j'
 * </pre>
 *
 * <p>{@code lambda=1} is the trained model, bit for bit. As in PEFT the factor applies to the whole
 * direction, not to its change alone. PEFT then makes an adapter of the old rank of the result;
 * here it stays as it is, and all kernels count, whatever trained them. Everything else keeps its
 * trained weights.
 *
 * <p>Shuttleworth, Andreas, Torralba and Sharma 2024, arXiv:2410.21228, by the code of PEFT 0.21.
 * Rules PPW-01 and PPW-03.
 *
 * @param lambda share of an intruder that stays
 * @param top number of each kernel's largest directions that are looked at
 * @param epsilon a direction intrudes if it is less similar than this to all earlier ones
 * @param from the origin of theta0
 */
record Intruders(double lambda, int top, double epsilon, From from) implements Merger {
  static final Setting<Double> LAMBDA =
      Setting.real("lambda", 0.75, 0, 1, "share of an intruder that stays; 1 for all of it");
  static final Setting<Integer> TOP =
      Setting.integer(
          "top", 10, 1, Integer.MAX_VALUE, "number of each kernel's largest directions looked at");
  static final Setting<Double> EPSILON =
      Setting.real(
          "epsilon",
          0.5,
          0,
          1,
          "a direction intrudes if its cosine with each of the earlier ones is smaller");

  static final MergerProvider PROVIDER =
      MergerProvider.of(
              "intruders",
              "Shrinks directions of a kernel that training put in and that it did not have before",
              "theta1 = sum s_j v_j u_j'; j < top intrudes if max_i |u0_i . u_j| < epsilon; theta ="
                  + " theta1 - (1 - lambda) sum of the intruders' s_j v_j u_j'")
          .settings(LAMBDA, TOP, EPSILON, Merging.FROM, Merging.WHEN)
          .traits(
              s ->
                  Merging.traits(
                      s,
                      "Shuttleworth, Andreas, Torralba and Sharma 2024, LoRA vs full fine-tuning: an illusion"
                          + " of equivalence (arXiv:2410.21228)"))
          .promisesNot(Promise.INTERPOLATES)
          .creates(
              s -> new Intruders(s.get(LAMBDA), s.get(TOP), s.get(EPSILON), s.get(Merging.FROM)));

  @Override
  public WeightSnapshot apply(WeightHistory history) {
    Map<String, ParameterSpec> specs =
        history.site().parameters().stream()
            .collect(Collectors.toMap(ParameterSpec::name, Function.identity()));
    return from.ends(history).each((name, t0, t1) -> shrunk(specs.get(name), t0, t1));
  }

  private float[] shrunk(ParameterSpec p, float[] t0, float[] t1) {
    if (lambda == 1 || !IntruderDirections.canHave(p)) {
      return t1;
    }
    IntruderDirections found =
        IntruderDirections.of(t0, t1, Math.toIntExact(p.shape().get(1)), top, epsilon);
    return found.isNone() ? t1 : found.shrunk(t1, lambda);
  }
}
