package io.github.palimpsest.optimizers.technique;

import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.optimizer.StepContext;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Tensors;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
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
    return lambda == 0 ? d : added(c, d, c.tf().constant((float) lambda), c.params().tensors());
  }

  /** {@code d + lambda w} for the parameters that decay, d for the others, at any weights. */
  public Tensors added(StepContext c, Tensors d, Operand<TFloat32> lambda, Tensors w) {
    Set<String> decaying = decaying(c);
    return d.mapNamed(
        (name, x) -> decaying.contains(name) ? plus(c.tf(), x, lambda, w.get(name)) : x);
  }

  /**
   * {@code factor w} for the parameters that decay, 0 for the others.
   *
   * @param then what the products wait for
   */
  public Tensors alone(StepContext c, Operand<TFloat32> factor, Tensors then) {
    Set<String> decaying = decaying(c);
    Ops tf = c.tf();
    return then.mapNamed(
        (name, x) ->
            decaying.contains(name)
                ? late(tf, x).math.mul(factor, c.params().tensors().get(name))
                : tf.zerosLike(x));
  }

  private Set<String> decaying(StepContext c) {
    return c.specs().stream()
        .filter(this::covers)
        .map(ParameterSpec::name)
        .collect(Collectors.toSet());
  }

  private static Operand<TFloat32> plus(
      Ops tf, Operand<TFloat32> d, Operand<TFloat32> lambda, Operand<TFloat32> w) {
    return tf.math.add(d, late(tf, d).math.mul(lambda, w));
  }

  /**
   * The product of a weight waits: it could be computed at the start of a step, and would then be
   * kept, as large as the model, through all passes.
   */
  private static Ops late(Ops tf, Operand<TFloat32> then) {
    return tf.withControlDependencies(List.of(then));
  }
}
