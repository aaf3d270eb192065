package io.github.palimpsest.engine;

import io.github.palimpsest.api.Evaluated;
import io.github.palimpsest.api.GradientOracle;
import io.github.palimpsest.api.Gradients;
import io.github.palimpsest.api.Params;
import io.github.palimpsest.api.Tensors;
import io.github.palimpsest.api.Term;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Builds one forward and backward pass for each call.
 *
 * <p>With accumulation, a call is a <em>stage</em>: its gradient is summed over the step's
 * micro-batches in accumulator variables, and what it returns reads them, so the point of the next
 * stage (SAM's {@code w + e}) depends on the whole step's batch. The sum is divided once, by the
 * target tokens of the whole step. A penalty that depends on the batch is weighted by each
 * micro-batch's tokens; one that does not is added once.
 */
final class EngineOracle implements GradientOracle {
  /** Ends of the passes built so far. */
  private final List<Stage> stages;

  private final Graph graph;
  private final Ops tf;
  private final Objective objective;
  private final Collection<? extends Operand<?>> inputs;
  private final double clipNorm;
  private final @Nullable Accumulators accumulators;

  /** Variables that a step's micro-batches are summed in. */
  record Accumulators(ParameterStore store, String prefix) {}

  /**
   * One call.
   *
   * @param loss the terms asked for
   * @param accumulate to be run for each micro-batch before the stage's results are read; none
   *     without accumulation
   * @param reset variables to set to zero at the end of the step
   */
  record Stage(Operand<TFloat32> loss, List<Op> accumulate, Map<String, Operand<TFloat32>> reset) {}

  EngineOracle(
      Graph graph,
      Ops tf,
      Objective objective,
      Collection<? extends Operand<?>> inputs,
      double clipNorm,
      @Nullable Accumulators accumulators) {
    this(graph, tf, objective, inputs, clipNorm, accumulators, new ArrayList<>());
  }

  private EngineOracle(
      Graph graph,
      Ops tf,
      Objective objective,
      Collection<? extends Operand<?>> inputs,
      double clipNorm,
      @Nullable Accumulators accumulators,
      List<Stage> stages) {
    this.graph = graph;
    this.tf = tf;
    this.objective = objective;
    this.inputs = inputs;
    this.clipNorm = clipNorm;
    this.accumulators = accumulators;
    this.stages = stages;
  }

  /** The same oracle without clipping; its calls count among the stages of this one. */
  EngineOracle unclipped() {
    return new EngineOracle(graph, tf, objective, inputs, 0, accumulators, stages);
  }

  List<Stage> stages() {
    return stages;
  }

  @Override
  public Evaluated at(Params asked, Set<Term> terms) {
    if (terms.isEmpty()) {
      throw new IllegalArgumentException("an objective needs at least one term");
    }
    // operands of its own: a point may be made of w and of e(w), and the gradient must not pass e
    Params point = new Params(asked.tensors().map(x -> tf.identity(x)));
    Objective.Point parts = objective.at(point);
    Optional<Operand<TFloat32>> penalty =
        terms.contains(Term.PENALTY) ? parts.penalty() : Optional.empty();
    Accumulators sums = accumulators;
    Evaluated evaluated =
        sums != null
            ? accumulated(sums, point, parts, terms, penalty)
            : direct(point, parts, terms, penalty);
    return clipNorm == 0
        ? evaluated
        : new Evaluated(evaluated.loss(), clipped(evaluated.gradients()));
  }

  private Evaluated direct(
      Params point, Objective.Point parts, Set<Term> terms, Optional<Operand<TFloat32>> penalty) {
    Operand<TFloat32> loss =
        plus(
            terms.contains(Term.DATA)
                ? Optional.of(tf.math.div(parts.lossSum(), parts.weightSum()))
                : Optional.empty(),
            penalty);
    stages.add(new Stage(loss, List.of(), Map.of()));
    return new Evaluated(loss, Differentiation.gradient(graph, tf, loss, point));
  }

  private Evaluated accumulated(
      Accumulators sums,
      Params point,
      Objective.Point parts,
      Set<Term> terms,
      Optional<Operand<TFloat32>> penalty) {
    boolean penaltyOfBatch = penalty.isPresent() && Differentiation.depends(penalty.get(), inputs);
    Operand<TFloat32> weight = parts.weightSum();
    Operand<TFloat32> sum =
        plus(
            terms.contains(Term.DATA) ? Optional.of(parts.lossSum()) : Optional.empty(),
            penaltyOfBatch ? penalty.map(p -> tf.math.mul(p, weight)) : Optional.empty());
    Gradients ofSum = Differentiation.gradient(graph, tf, sum, point);

    Stored stored = new Stored(sums, sums.prefix() + stages.size() + "/");
    Operand<TFloat32> weights = stored.add("weight", weight, Shape.scalar());
    Operand<TFloat32> losses = stored.add("loss", sum, Shape.scalar());
    Tensors gradients =
        ofSum
            .tensors()
            .mapNamed(
                (name, g) ->
                    tf.math.div(
                        stored.add("g:" + name, g, point.tensors().get(name).shape()), weights));
    Operand<TFloat32> loss = tf.math.div(losses, weights);
    if (penalty.isPresent() && !penaltyOfBatch) {
      loss = tf.math.add(loss, penalty.get());
      gradients =
          gradients.plus(tf, Differentiation.gradient(graph, tf, penalty.get(), point).tensors());
    }
    stages.add(new Stage(loss, stored.adds, stored.zeros));
    return new Evaluated(loss, new Gradients(gradients));
  }

  private final class Stored {
    private final Accumulators sums;
    private final String prefix;
    private final List<Op> adds = new ArrayList<>();
    private final Map<String, Operand<TFloat32>> zeros = new java.util.LinkedHashMap<>();

    Stored(Accumulators sums, String prefix) {
      this.sums = sums;
      this.prefix = prefix;
    }

    Operand<TFloat32> add(String name, Operand<TFloat32> value, Shape shape) {
      String variable = prefix + name;
      Operand<TFloat32> read = sums.store().variable(variable, shape, 0);
      adds.add(sums.store().add(tf, variable, value));
      zeros.put(variable, tf.zerosLike(read));
      return read;
    }
  }

  private Operand<TFloat32> plus(Optional<Operand<TFloat32>> a, Optional<Operand<TFloat32>> b) {
    if (a.isPresent() && b.isPresent()) {
      return tf.math.add(a.get(), b.get());
    }
    return a.or(() -> b).orElseGet(() -> tf.constant(0f));
  }

  /** {@code g * clip / max(|g|, clip)}, over all tensors together (Pascanu et al. 2013). */
  private Gradients clipped(Gradients g) {
    Operand<TFloat32> clip = tf.constant((float) clipNorm);
    Operand<TFloat32> norm = g.tensors().norm(tf);
    return new Gradients(g.tensors().scale(tf, tf.math.div(clip, tf.math.maximum(norm, clip))));
  }
}
