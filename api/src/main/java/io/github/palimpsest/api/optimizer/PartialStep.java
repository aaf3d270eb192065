package io.github.palimpsest.api.optimizer;

import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.recipe.Schedule;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * A step as a wrapped optimizer sees it: with some of the parameters or another phase. {@link
 * StepContext#withParams} and {@link StepContext#withPhase} return it.
 */
final class PartialStep implements StepContext {
  private final StepContext whole;
  private final Params params;
  private final List<ParameterSpec> specs;
  private final GradientOracle oracle;
  private final int phase;

  private PartialStep(
      StepContext whole,
      Params params,
      List<ParameterSpec> specs,
      GradientOracle oracle,
      int phase) {
    this.whole = whole;
    this.params = params;
    this.specs = specs;
    this.oracle = oracle;
    this.phase = phase;
  }

  /** A copy of the step in another phase. */
  static StepContext ofPhase(StepContext c, int phase) {
    return new PartialStep(c, c.params(), c.specs(), c.oracle(), phase);
  }

  /**
   * A copy of the step with some of the parameters; the others keep their values.
   *
   * @param chosen selects the parameters
   */
  static StepContext of(StepContext c, Predicate<ParameterSpec> chosen) {
    List<ParameterSpec> specs = c.specs().stream().filter(chosen).toList();
    List<String> names = specs.stream().map(ParameterSpec::name).toList();
    GradientOracle oracle =
        (point, terms, of) -> {
          UnaryOperator<Params> whole = p -> replaced(c.params(), p);
          Evaluated all = c.oracle().at(whole.apply(point), terms, of.at(whole));
          return Evaluated.of(
              all.loss(),
              new Gradients(some(all.gradients().tensors(), names)),
              all.effective(),
              all.share());
        };
    return new PartialStep(
        c, Params.of(some(c.params().tensors(), names)), specs, oracle, c.phase());
  }

  /** All parameters, with some of them replaced and the rest of their point kept. */
  private static Params replaced(Params all, Params some) {
    Params whole =
        some.with(
            all.tensors()
                .mapNamed(
                    (name, w) ->
                        some.tensors().names().contains(name) ? some.tensors().get(name) : w));
    return some.logitGradientAt()
        .map(there -> whole.withLogitGradientAt(replaced(all, there)))
        .orElse(whole);
  }

  private static Tensors some(Tensors all, List<String> names) {
    Map<String, Operand<TFloat32>> chosen = new LinkedHashMap<>();
    names.forEach(n -> chosen.put(n, all.get(n)));
    return Tensors.of(chosen);
  }

  @Override
  public Ops tf() {
    return whole.tf();
  }

  @Override
  public Params params() {
    return params;
  }

  @Override
  public List<ParameterSpec> specs() {
    return specs;
  }

  @Override
  public GradientOracle oracle() {
    return oracle;
  }

  @Override
  public Operand<TFloat32> targetTokens() {
    return whole.targetTokens();
  }

  @Override
  public WeightSpace effective() {
    WeightSpace all = whole.effective();
    if (all.specs().equals(whole.specs())) {
      return trainable();
    }
    return new WeightSpace() {
      @Override
      public List<ParameterSpec> specs() {
        return all.specs();
      }

      @Override
      public Tensors weights(Params at) {
        return all.weights(replaced(whole.params(), at));
      }

      @Override
      public Operand<TFloat32> columnSquares(Params at, String kernel) {
        return all.columnSquares(replaced(whole.params(), at), kernel);
      }

      @Override
      public Gradients gradient(Evaluated of) {
        return all.gradient(of);
      }

      @Override
      public Params moved(Params at, Tensors e) {
        return all.moved(at, e);
      }
    };
  }

  @Override
  public Slots slots() {
    return whole.slots();
  }

  @Override
  public int phase() {
    return phase;
  }

  @Override
  public Operand<TFloat32> scheduled(Schedule schedule) {
    return whole.scheduled(schedule);
  }

  @Override
  public Tensors gaussian(String stream, Tensors like) {
    return whole.gaussian(stream, like);
  }

  @Override
  public StepContext withOracle(GradientOracle other) {
    return new PartialStep(whole, params, specs, other, phase);
  }

  @Override
  public StepContext scope(String name) {
    return new PartialStep(whole.scope(name), params, specs, oracle, phase);
  }
}
