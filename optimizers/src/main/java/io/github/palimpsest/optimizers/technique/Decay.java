package io.github.palimpsest.optimizers.technique;

import io.github.palimpsest.api.ParameterSpec;
import io.github.palimpsest.api.Setting;
import io.github.palimpsest.api.StepContext;
import io.github.palimpsest.api.Tensors;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** Which parameters a decoupled weight decay shrinks. */
public enum Decay {
  /** All but norms and biases. */
  MATRICES,
  /** All. */
  ALL;

  /** The choice as a setting. */
  public static final Setting<Decay> DECAY =
      Setting.choice(
          "decay", Decay.class, MATRICES, "what decays: all but norms and biases, or everything");

  /** Whether this parameter decays. */
  public boolean covers(ParameterSpec p) {
    return this == ALL
        || p.role() != ParameterSpec.Role.NORM && p.role() != ParameterSpec.Role.BIAS;
  }

  /** {@code d + lambda w} for the parameters that decay, d for the others. */
  public Tensors added(StepContext c, Tensors d, double lambda) {
    if (lambda == 0) {
      return d;
    }
    Map<String, ParameterSpec> specs =
        c.specs().stream().collect(Collectors.toMap(ParameterSpec::name, Function.identity()));
    Operand<TFloat32> factor = c.tf().constant((float) lambda);
    return d.mapNamed(
        (name, x) ->
            covers(specs.get(name))
                ? c.tf().math.add(x, c.tf().math.mul(factor, c.params().tensors().get(name)))
                : x);
  }
}
