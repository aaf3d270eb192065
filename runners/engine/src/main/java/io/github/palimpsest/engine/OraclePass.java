package io.github.palimpsest.engine;

import io.github.palimpsest.api.optimizer.Evaluated;
import io.github.palimpsest.api.optimizer.Gradients;
import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.rehearsal.RehearsalLoss.Mean;
import io.github.palimpsest.engine.differentiation.Differentiation;
import io.github.palimpsest.engine.differentiation.Penalty;
import io.github.palimpsest.engine.weights.Shapes;
import io.github.palimpsest.engine.weights.WeightTape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * The backward passes of one call of the oracle, at one point: of the micro-batch at hand, or
 * summed over all of them and divided once by the whole step's weight.
 */
final class OraclePass {
  private final Graph graph;
  private final Ops tf;
  private final EffectiveSpace space;
  private final Params point;
  private final Objective.Point parts;
  private final boolean certain;
  private final @Nullable Accumulators sums;
  private final List<Op> accumulate = new ArrayList<>();
  private final Map<String, Operand<TFloat32>> reset = new LinkedHashMap<>();

  /**
   * @param point the point, with separate operands
   * @param parts the objective there
   * @param certain whether there are target tokens to divide by: a whole step without any is a
   *     mistake that must be noticed
   * @param sums the variables for sums, with accumulation
   */
  OraclePass(
      Graph graph,
      Ops tf,
      EffectiveSpace space,
      Params point,
      Objective.Point parts,
      boolean certain,
      @Nullable Accumulators sums) {
    this.graph = graph;
    this.tf = tf;
    this.space = space;
    this.point = point;
    this.parts = parts;
    this.certain = certain;
    this.sums = sums;
  }

  Params point() {
    return point;
  }

  Objective.Point parts() {
    return parts;
  }

  /** Operations to run for each micro-batch; the list grows while gradients are requested. */
  List<Op> accumulate() {
    return accumulate;
  }

  /** Numbers to set to zero at the end of the step. */
  Map<String, Operand<TFloat32>> reset() {
    return reset;
  }

  Operand<TFloat32> mean(Mean m) {
    return scaled(m, quotient(m.sum(), m.weight()));
  }

  private Operand<TFloat32> quotient(Operand<TFloat32> sum, Operand<TFloat32> weight) {
    return certain ? tf.math.div(sum, weight) : tf.math.divNoNan(sum, weight);
  }

  private Operand<TFloat32> scaled(Mean m, Operand<TFloat32> x) {
    return m.factor() == 1 ? x : tf.math.mul(tf.constant((float) m.factor()), x);
  }

  /** One backward pass; the gradient of the effective weights is built on request. */
  Evaluated of(Operand<TFloat32> loss, Operand<TFloat32> share) {
    Optional<WeightTape> tape = parts.tape();
    Differentiation.Derivatives d =
        Differentiation.derivatives(
            graph, tf, loss, point, tape.map(WeightTape::results).orElse(List.of()), parts.cuts());
    return Evaluated.of(
        loss,
        d.gradients(),
        tape.<Supplier<Gradients>>map(t -> () -> space.gradients(t, d.between()))
            .orElse(d::gradients),
        share);
  }

  /** A penalty on the trainable tensors, which effective weights do not see. */
  Evaluated of(Penalty.Closed penalty, Operand<TFloat32> share) {
    Gradients gradients = new Gradients(penalty.gradient());
    return Evaluated.of(
        penalty.value(),
        gradients,
        parts
            .tape()
            .<Supplier<Gradients>>map(tape -> () -> space.gradients(tape, Map.of()))
            .orElse(() -> gradients),
        share);
  }

  /** A mean over the whole step. */
  Evaluated accumulated(String prefix, Mean m, Operand<TFloat32> share) {
    Evaluated ofSum = of(m.sum(), share);
    Operand<TFloat32> weights = summed(prefix + "weight", m.weight());
    Operand<TFloat32> losses = summed(prefix + "loss", m.sum());
    UnaryOperator<Operand<TFloat32>> divided = sum -> scaled(m, quotient(sum, weights));
    return Evaluated.of(
        scaled(m, quotient(losses, weights)),
        summed(
            prefix + "g:",
            ofSum.gradients(),
            name -> Shapes.from(point.tensors().get(name).shape()),
            divided),
        () -> summed(prefix + "e:", ofSum.effective().get(), space::shape, divided),
        share);
  }

  Evaluated plus(Evaluated a, Evaluated b) {
    return Evaluated.of(
        tf.math.add(a.loss(), b.loss()),
        plus(a.gradients(), b.gradients()),
        () -> plus(a.effective().get(), b.effective().get()),
        a.share());
  }

  private Gradients plus(Gradients a, Gradients b) {
    return new Gradients(a.tensors().plus(tf, b.tensors()));
  }

  /** A scalar, summed over the micro-batches. */
  Operand<TFloat32> summed(String name, Operand<TFloat32> scalar) {
    String variable = there().number(name);
    Operand<TFloat32> read = summed(variable, scalar, Shape.scalar());
    reset.put(variable, tf.zerosLike(read));
    return read;
  }

  private Gradients summed(
      String kind,
      Gradients g,
      Function<String, Shape> shapes,
      UnaryOperator<Operand<TFloat32>> divided) {
    return new Gradients(
        g.tensors()
            .mapNamed(
                (name, x) ->
                    divided.apply(summed(there().gradient(kind + name), x, shapes.apply(name)))));
  }

  private Operand<TFloat32> summed(String variable, Operand<TFloat32> value, Shape shape) {
    Operand<TFloat32> read = there().store().variable(variable, shape, 0);
    accumulate.add(there().store().add(variable, value));
    return read;
  }

  private Accumulators there() {
    if (sums == null) {
      throw new IllegalStateException("nothing is accumulated in this step");
    }
    return sums;
  }
}
