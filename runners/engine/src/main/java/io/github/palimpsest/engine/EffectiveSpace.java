package io.github.palimpsest.engine;

import io.github.palimpsest.api.RuleViolationException;
import io.github.palimpsest.api.optimizer.Evaluated;
import io.github.palimpsest.api.optimizer.Gradients;
import io.github.palimpsest.api.optimizer.WeightSpace;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.parameter.Weights;
import io.github.palimpsest.engine.differentiation.Differentiation;
import io.github.palimpsest.engine.weights.WeightTape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * The effective weights that an adapter's parameters change. They are found in the graph, so an
 * adapter need not declare them.
 */
final class EffectiveSpace implements WeightSpace {
  private final Ops tf;
  private final Objective objective;
  private final Params params;
  private @Nullable List<ParameterSpec> specs;

  /**
   * @param objective the objective, which contains the effective weights
   * @param params the trainable parameters before the step
   */
  EffectiveSpace(Ops tf, Objective objective, Params params) {
    this.tf = tf;
    this.objective = objective;
    this.params = params;
  }

  @Override
  public List<ParameterSpec> specs() {
    List<ParameterSpec> known = specs;
    if (known == null) {
      Weights effective = objective.weights(params);
      known =
          objective.model().parameters().stream()
              .filter(
                  p ->
                      Differentiation.depends(
                          effective.dense(p.name()), params.tensors().byName().values()))
              .toList();
      if (known.isEmpty()) {
        throw new RuleViolationException(
            "unmergeable",
            "the adapter leaves the model's own tensors as they are, so there is no effective space"
                + " to act in (rule unmergeable)");
      }
      specs = known;
    }
    return known;
  }

  /** The shape of one tensor of the space. */
  Shape shape(String name) {
    return specs().stream()
        .filter(p -> p.name().equals(name))
        .map(ParameterSpec::shape)
        .findFirst()
        .orElseThrow();
  }

  @Override
  public Tensors weights(Params at) {
    Weights effective = objective.weights(at);
    Map<String, Operand<TFloat32>> dense = new LinkedHashMap<>();
    specs().forEach(p -> dense.put(p.name(), effective.dense(p.name())));
    return Tensors.of(dense);
  }

  @Override
  public Operand<TFloat32> columnSquares(Params at, String kernel) {
    return objective.weights(at).columnSquares(tf, kernel);
  }

  @Override
  public Gradients gradient(Evaluated of) {
    return of.effective().get();
  }

  @Override
  public Params moved(Params at, Tensors e) {
    Map<String, Operand<TFloat32>> offset = new LinkedHashMap<>(at.offset().byName());
    e.byName().forEach((name, x) -> offset.merge(name, x, (a, b) -> tf.math.add(a, b)));
    Params moved = Params.of(at.tensors(), Tensors.of(offset));
    Params labelled = at.sampledLabels().map(moved::withSampledLabels).orElse(moved);
    return at.logitGradientAt().map(labelled::withLogitGradientAt).orElse(labelled);
  }

  /** Gradients of all tensors of the space, zeros where a pass has none. */
  Gradients gradients(WeightTape tape, Map<Operand<TFloat32>, Operand<TFloat32>> ofResults) {
    Map<String, Operand<TFloat32>> gradients = new LinkedHashMap<>();
    for (ParameterSpec p : specs()) {
      gradients.put(
          p.name(),
          tape.gradient(p.name(), ofResults)
              .orElseGet(() -> tf.fill(tf.constant(p.shape().toArray()), tf.constant(0f))));
    }
    return new Gradients(Tensors.of(gradients));
  }
}
