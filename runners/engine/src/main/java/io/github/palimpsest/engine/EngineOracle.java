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
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
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
  private final EffectiveSpace space;
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
      EffectiveSpace space,
      double clipNorm,
      @Nullable Accumulators accumulators) {
    this(graph, tf, objective, inputs, space, clipNorm, accumulators, new ArrayList<>());
  }

  private EngineOracle(
      Graph graph,
      Ops tf,
      Objective objective,
      Collection<? extends Operand<?>> inputs,
      EffectiveSpace space,
      double clipNorm,
      @Nullable Accumulators accumulators,
      List<Stage> stages) {
    this.graph = graph;
    this.tf = tf;
    this.objective = objective;
    this.inputs = inputs;
    this.space = space;
    this.clipNorm = clipNorm;
    this.accumulators = accumulators;
    this.stages = stages;
  }

  /** The same oracle without clipping; its calls count among the stages of this one. */
  EngineOracle unclipped() {
    return new EngineOracle(graph, tf, objective, inputs, space, 0, accumulators, stages);
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
    Params point = asked.with(asked.tensors().map(x -> tf.identity(x)));
    Objective.Point parts = objective.at(point);
    Optional<Operand<TFloat32>> penalty =
        terms.contains(Term.PENALTY) ? parts.penalty() : Optional.empty();
    Accumulators sums = accumulators;
    Evaluated evaluated =
        sums != null
            ? accumulated(sums, point, parts, terms, penalty)
            : direct(point, parts, terms, penalty);
    return clipNorm == 0 ? evaluated : clipped(evaluated);
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
    Passed passed = passed(loss, point, parts);
    return new Evaluated(loss, passed.gradients(), once(passed.effective()));
  }

  /** The gradients of one backward pass; those of the effective weights are built when asked. */
  private record Passed(Gradients gradients, Supplier<Gradients> effective) {}

  private Passed passed(Operand<TFloat32> loss, Params point, Objective.Point parts) {
    if (parts.tape().isEmpty()) {
      Gradients gradients = Differentiation.gradient(graph, tf, loss, point);
      return new Passed(gradients, () -> gradients);
    }
    WeightTape tape = parts.tape().get();
    Differentiation.Derivatives d =
        Differentiation.derivatives(graph, tf, loss, point, tape.results());
    return new Passed(d.gradients(), () -> space.gradients(tape, d.between()));
  }

  private static Supplier<Gradients> once(Supplier<Gradients> built) {
    AtomicReference<@Nullable Gradients> known = new AtomicReference<>();
    return () -> {
      Gradients gradients = known.get();
      if (gradients == null) {
        gradients = built.get();
        known.set(gradients);
      }
      return gradients;
    };
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
    Passed ofSum = passed(sum, point, parts);

    Stored stored = new Stored(sums, sums.prefix() + stages.size() + "/");
    Operand<TFloat32> weights = stored.add("weight", weight, Shape.scalar());
    Operand<TFloat32> losses = stored.add("loss", sum, Shape.scalar());
    boolean added = penalty.isPresent() && !penaltyOfBatch;
    Passed alone = added ? passed(penalty.orElseThrow(), point, parts) : null;
    Operand<TFloat32> loss = tf.math.div(losses, weights);
    stages.add(
        new Stage(
            added ? tf.math.add(loss, penalty.orElseThrow()) : loss, stored.adds, stored.zeros));
    return new Evaluated(
        stages.get(stages.size() - 1).loss(),
        stored.mean(
            "g:",
            ofSum.gradients(),
            name -> point.tensors().get(name).shape(),
            weights,
            alone == null ? null : alone.gradients()),
        once(
            () ->
                stored.mean(
                    "e:",
                    ofSum.effective().get(),
                    space::shape,
                    weights,
                    alone == null ? null : alone.effective().get())));
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

    /** The sum over micro-batches divided by the whole step's weight, and what is added once. */
    Gradients mean(
        String kind,
        Gradients ofSum,
        Function<String, Shape> shapes,
        Operand<TFloat32> weights,
        @Nullable Gradients added) {
      Tensors mean =
          ofSum
              .tensors()
              .mapNamed((name, g) -> tf.math.div(add(kind + name, g, shapes.apply(name)), weights));
      return new Gradients(added == null ? mean : mean.plus(tf, added.tensors()));
    }
  }

  private Operand<TFloat32> plus(Optional<Operand<TFloat32>> a, Optional<Operand<TFloat32>> b) {
    if (a.isPresent() && b.isPresent()) {
      return tf.math.add(a.get(), b.get());
    }
    return a.or(() -> b).orElseGet(() -> tf.constant(0f));
  }

  /**
   * {@code g * clip / max(|g|, clip)}, over all tensors together (Pascanu et al. 2013); the
   * gradient of the effective weights, the same one in another space, by the same factor.
   */
  private Evaluated clipped(Evaluated e) {
    Operand<TFloat32> clip = tf.constant((float) clipNorm);
    Operand<TFloat32> norm = e.gradients().tensors().norm(tf);
    Operand<TFloat32> factor = tf.math.div(clip, tf.math.maximum(norm, clip));
    Supplier<Gradients> effective =
        () -> new Gradients(e.effective().get().tensors().scale(tf, factor));
    return new Evaluated(
        e.loss(), new Gradients(e.gradients().tensors().scale(tf, factor)), once(effective));
  }
}
