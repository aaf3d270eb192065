package io.github.palimpsest.engine;

import io.github.palimpsest.api.adapter.BoundAdapter;
import io.github.palimpsest.api.model.BatchTensors;
import io.github.palimpsest.api.model.Forward;
import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.parameter.StepNoise;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.parameter.Weights;
import io.github.palimpsest.api.regularizer.BoundRegularizer;
import io.github.palimpsest.api.regularizer.LossPoint;
import io.github.palimpsest.api.rehearsal.RehearsalLoss;
import io.github.palimpsest.api.rehearsal.RehearsalLoss.Mean;
import io.github.palimpsest.api.rehearsal.RehearsalObjective;
import io.github.palimpsest.engine.batch.LabelDraws;
import io.github.palimpsest.engine.batch.RehearsedRows;
import io.github.palimpsest.engine.batch.SelectedRows;
import io.github.palimpsest.engine.batch.StepValues;
import io.github.palimpsest.engine.batch.Towers;
import io.github.palimpsest.engine.device.Placement;
import io.github.palimpsest.engine.differentiation.LogitGradient;
import io.github.palimpsest.engine.differentiation.Penalty;
import io.github.palimpsest.engine.differentiation.Recompute;
import io.github.palimpsest.engine.differentiation.Segments;
import io.github.palimpsest.engine.weights.Compute;
import io.github.palimpsest.engine.weights.DenseWeights;
import io.github.palimpsest.engine.weights.OffsetWeights;
import io.github.palimpsest.engine.weights.WeightTape;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * {@code objective(w) = sum(lossPerExample) / sum(weightPerExample) + sum of penalties(w)} on
 * {@code model(adapter.effective(w, base))}, at any point.
 *
 * @param tf the graph to build in
 * @param model the model, whose pass on a batch may be in several parts
 * @param adapter the adapter, if any
 * @param base the frozen weights that the adapter acts on; unused without one
 * @param compute the precision of products without an adapter
 * @param placement the devices of the graph
 * @param regularizers whose penalties are summed
 * @param batch the step's inputs
 * @param rehearsed the state of rehearsal
 * @param counted a factor for each example; null for 1
 * @param step values that only a training step has
 */
record Objective(
    Ops tf,
    Towers model,
    Optional<BoundAdapter> adapter,
    @Nullable DenseWeights base,
    Compute compute,
    Placement placement,
    Collection<BoundRegularizer> regularizers,
    BatchTensors batch,
    Rehearsed rehearsed,
    @Nullable Operand<TFloat32> counted,
    Optional<InStep> step) {

  /**
   * Values that only a training step has.
   *
   * @param drawn its random draws; empty if the loss there has none
   * @param recompute the values that a backward pass computes again
   * @param parts of the values that are computed by rows
   * @param whole gives the values of all examples of the step
   */
  private record InStep(
      Optional<Draws> drawn,
      Recompute recompute,
      Segments.Parts parts,
      UnaryOperator<Operand<TFloat32>> whole) {}

  /**
   * The random draws of a step.
   *
   * @param noise the random stream of an adapter
   * @param labels draws labels of the model's predictions
   */
  private record Draws(StepNoise noise, LabelDraws labels) {}

  /**
   * The state of rehearsal.
   *
   * @param batch says which examples are rehearsed
   * @param possible whether there may be any
   * @param objective their objective, if they are not part of the data loss
   * @param factor the field with a factor of each example's loss, if there is one ({@link
   *     io.github.palimpsest.api.rehearsal.Rehearsal#lossFactor})
   */
  record Rehearsed(
      RehearsedRows batch,
      boolean possible,
      Optional<RehearsalObjective> objective,
      Optional<String> factor) {

    /** Without anything but the examples. */
    static Rehearsed none(RehearsedRows batch) {
      return new Rehearsed(batch, false, Optional.empty(), Optional.empty());
    }

    Rehearsed on(Operand<TInt32> rows, Operand<TFloat32> counted) {
      return new Rehearsed(batch.on(rows, counted), possible, objective, factor);
    }
  }

  /** Builds forward passes on one batch; equal for equal batches. */
  private record ForwardAt(Ops tf, Towers model, BatchTensors batch)
      implements Function<Weights, Forward> {
    @Override
    public Forward apply(Weights at) {
      return model.forward(tf, at, batch);
    }
  }

  /** The objective on a batch whose examples all count. */
  Objective(
      Ops tf,
      Towers model,
      Optional<BoundAdapter> adapter,
      @Nullable DenseWeights base,
      Compute compute,
      Placement placement,
      Collection<BoundRegularizer> regularizers,
      BatchTensors batch,
      Rehearsed rehearsed) {
    this(
        tf,
        model,
        adapter,
        base,
        compute,
        placement,
        regularizers,
        batch,
        rehearsed,
        null,
        Optional.empty());
  }

  /** The objective during training: the model may see noise, penalties at other points do not. */
  Objective training(
      StepNoise drawn,
      LabelDraws labels,
      Recompute recompute,
      Segments.Parts parts,
      UnaryOperator<Operand<TFloat32>> whole) {
    return with(
        batch,
        rehearsed,
        counted,
        Optional.of(new InStep(Optional.of(new Draws(drawn, labels)), recompute, parts, whole)));
  }

  /**
   * The loss of the model alone, as in a step but without penalties, weights of tokens or noise.
   */
  Objective plain(Recompute recompute, Segments.Parts parts) {
    return new Objective(
        tf,
        model,
        adapter,
        base,
        compute,
        placement,
        List.of(),
        batch,
        Rehearsed.none(rehearsed.batch()),
        counted,
        Optional.of(new InStep(Optional.empty(), recompute, parts, x -> x)));
  }

  /**
   * The same objective on some of the batch's examples.
   *
   * @param rows their rows in the batch, {@code [n]}
   * @param counted 1 for each row that counts, 0 for one that fills an empty selection, {@code [n]}
   */
  Objective on(Operand<TInt32> rows, Operand<TFloat32> counted) {
    return with(new SelectedRows(tf, batch, rows), rehearsed.on(rows, counted), counted, step);
  }

  private Objective with(
      BatchTensors some, Rehearsed own, @Nullable Operand<TFloat32> factors, Optional<InStep> in) {
    return new Objective(
        tf, model, adapter, base, compute, placement, regularizers, some, own, factors, in);
  }

  /** The objective of rehearsed examples, if they are not part of the data loss. */
  Optional<RehearsalObjective> rehearsal() {
    return rehearsed.objective();
  }

  /** The objective's parts at one point. */
  final class Point {
    private final Params params;
    private final Segments segments;
    private final Weights effective;
    private final Optional<WeightTape> tape;
    private final Optional<Point> differentiated;
    private final Optional<String> labels;
    private @Nullable Forward forward;
    private @Nullable Operand<TFloat32> losses;

    private Point(Params params, Optional<Point> differentiated) {
      this.params = params;
      this.labels = params.sampledLabels();
      this.differentiated = differentiated;
      Weights seen =
          seen(params, step.flatMap(InStep::drawn).map(d -> model.ofEachTower(d.noise())));
      this.tape = adapter.map(a -> new WeightTape(tf, seen));
      this.segments =
          new Segments(
              tf,
              tape.<Weights>map(t -> t).orElse(seen),
              step.map(InStep::recompute).orElse(Recompute.NOTHING),
              step.map(InStep::parts).orElse(Segments.Parts.ONE));
      this.effective = placement.noting(tf, segments);
    }

    /** The cuts of the model. */
    List<Segments.Cut> cuts() {
      return segments.cuts();
    }

    /** Records the uses of effective weights under an adapter. */
    Optional<WeightTape> tape() {
      return tape;
    }

    Forward forward() {
      Forward built = forward;
      if (built == null) {
        built = model.forward(tf, effective, batch);
        forward = built;
      }
      return built;
    }

    /** Nats over all target tokens of the batch. */
    Operand<TFloat32> lossSum() {
      return sum(lossPerExample());
    }

    private Operand<TFloat32> lossPerExample() {
      Operand<TFloat32> built = losses;
      if (built == null) {
        Point there = differentiated.orElse(this);
        List<Operand<TFloat32>> weights = there.tokenWeights();
        Forward pass = labels.map(there::drawn).orElseGet(there::forward);
        built =
            scaled(
                there == this && weights.isEmpty() && labels.isEmpty()
                    ? forward().lossPerExample()
                    : LogitGradient.perExample(tf, forward(), pass, weights));
        losses = built;
      }
      return built;
    }

    /** Times the factors that a rehearsal has prepared; only steps have them. */
    private Operand<TFloat32> scaled(Operand<TFloat32> perExample) {
      if (step.isEmpty() || rehearsed.factor().isEmpty()) {
        return perExample;
      }
      Operand<TFloat32> beyondOne =
          tf.reshape(
              rehearsed.batch().attached(rehearsed.factor().get()), tf.constant(new int[] {-1}));
      return tf.math.mul(perExample, tf.math.add(tf.constant(1f), beyondOne));
    }

    /** The pass with labels drawn from its predictions; those of an example by its place. */
    private Forward drawn(String stream) {
      LabelDraws draws = step.flatMap(InStep::drawn).map(Draws::labels).orElseThrow();
      return LogitGradient.labelled(
          tf, forward(), pass -> draws.draw(stream, pass, rehearsed.batch().rows()));
    }

    /** Target tokens of the batch. */
    Operand<TFloat32> weightSum() {
      return sum(forward().weightPerExample());
    }

    /**
     * The mean loss over all examples, or over the current ones where rehearsal has its own use.
     */
    Mean data() {
      return rehearsal().isPresent()
          ? over(rehearsed.batch().current())
          : Mean.of(1, lossSum(), weightSum());
    }

    /** The target tokens that the mean of {@link #data()} is over. */
    Operand<TFloat32> dataWeight() {
      return rehearsal().isPresent()
          ? sum(tf.math.mul(forward().weightPerExample(), rehearsed.batch().current()))
          : weightSum();
    }

    /** The separate losses of a rehearsal, which have no labels to draw. */
    List<Mean> rehearsed() {
      return labels.isEmpty() && rehearsal().orElse(null) instanceof RehearsalLoss loss
          ? loss.means(tf, forward(), rehearsed.batch())
          : List.of();
    }

    /** The mean losses of a constraint: of each finished task, or of all together. */
    List<Mean> references(boolean perTask) {
      return perTask
          ? IntStream.range(0, rehearsed.batch().task())
              .mapToObj(t -> over(rehearsed.batch().of(t)))
              .toList()
          : List.of(over(rehearsed.batch().rehearsed()));
    }

    private Mean over(Operand<TFloat32> chosen) {
      return Mean.of(
          1,
          sum(tf.math.mul(lossPerExample(), chosen)),
          sum(tf.math.mul(forward().weightPerExample(), chosen)));
    }

    private LossPoint lossPoint() {
      LossPoint alone =
          LossPoint.of(
              params,
              effective,
              forward(),
              Objective.this::weights,
              new ForwardAt(tf, model, batch));
      return rehearsed.possible() ? alone.rehearsing(rehearsed.batch().rehearsed()) : alone;
    }

    /** The weights of the predictions, of which the product counts; only steps have them. */
    private List<Operand<TFloat32>> tokenWeights() {
      if (step.isEmpty() || regularizers.isEmpty()) {
        return List.of();
      }
      LossPoint point =
          lossPoint().inStep(x -> step.get().whole().apply(StepValues.own(tf, x, counted)));
      return regularizers.stream().flatMap(r -> r.tokenWeights(point).stream()).toList();
    }

    /** All penalties; empty if there are none. */
    Optional<Penalty> penalty() {
      if (regularizers.isEmpty()) {
        return Optional.empty();
      }
      LossPoint point = lossPoint();
      Penalty all = new Penalty(Optional.empty(), Optional.empty());
      for (BoundRegularizer r : regularizers) {
        Operand<TFloat32> value = r.penalty(point);
        all = all.plus(tf, value, r.gradient(point));
      }
      return Optional.of(all);
    }
  }

  /** The weights that the model sees at a point. */
  Weights weights(Params params) {
    return placement.noting(tf, seen(params, Optional.empty()));
  }

  private Weights seen(Params params, Optional<StepNoise> drawn) {
    Tensors offset = params.offset();
    if (adapter.isEmpty() || base == null) {
      return new DenseWeights(tf, params.tensors(), compute).on(placement).plus(offset);
    }
    if (adapter.get().isAdditive()) {
      return seen(adapter.get(), params, base.plus(offset), drawn);
    }
    Weights effective = seen(adapter.get(), params, base, drawn);
    return offset.names().isEmpty() ? effective : new OffsetWeights(tf, effective, offset);
  }

  private Weights seen(
      BoundAdapter bound, Params params, Weights frozen, Optional<StepNoise> drawn) {
    return drawn
        .map(n -> bound.training(tf, params, frozen, n))
        .orElseGet(() -> bound.effective(tf, params, frozen));
  }

  Point at(Params params) {
    return at(params, Optional.empty());
  }

  /**
   * The objective at a point.
   *
   * @param differentiated the point at which the loss is differentiated with respect to the logits,
   *     if it is another one ({@link Params#logitGradientAt})
   */
  Point at(Params params, Optional<Point> differentiated) {
    return new Point(params, differentiated);
  }

  private Operand<TFloat32> sum(Operand<TFloat32> perExample) {
    return tf.sum(counted == null ? perExample : tf.math.mul(perExample, counted), tf.constant(0));
  }
}
