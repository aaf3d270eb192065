package io.github.palimpsest.tck.rig;

import io.github.palimpsest.api.adapter.AddedBias;
import io.github.palimpsest.api.adapter.BoundAdapter;
import io.github.palimpsest.api.adapter.InputRows;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.model.Forward;
import io.github.palimpsest.api.model.Model;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.parameter.Weights;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** One model twice in a graph: plain, and through an adapter. Both kinds of weights are fed. */
public final class AdapterRig implements AutoCloseable {
  private static final String LOGITS = "logits";

  private final Bench bench = new Bench();
  private final Map<Operand<?>, HostArray> batch = new LinkedHashMap<>();
  private final Named derivedValues;
  private final Tensors base;
  private final Tensors derived;
  private final Tensors added;
  private final Tensors trainable;
  private final Tensors plain;
  private final Tensors adapted;
  private final Tensors dense;
  private final Tensors columnSquares;
  private final Tensors gradient;

  /**
   * Builds both.
   *
   * @param derived values of the tensors that the adapter derives
   */
  public AdapterRig(Model model, BoundAdapter bound, List<Example> examples, Named derived) {
    this.derivedValues = derived;
    Ops tf = bench.tf();
    Map<String, Operand<?>> inputs = bench.inputs(model);
    model.batch(examples).forEach((name, array) -> batch.put(inputs.get(name), array));
    base = bench.parameters(model.parameters());
    trainable = bench.parameters(bound.trainable());
    List<ParameterSpec> more =
        new ArrayList<>(bound.added().stream().map(AddedBias::parameter).toList());
    bound.inputRows().map(InputRows::parameter).ifPresent(more::add);
    added = bench.parameters(more);
    Weights biased = AddedBias.on(tf, new PlainWeights(tf, base), added);
    Weights baseWeights =
        bound
            .inputRows()
            .map(r -> InputRows.on(biased, r.table(), added.get(r.parameter().name())))
            .orElse(biased);
    this.derived = bench.parameters(bound.derived());
    Map<String, Operand<TFloat32>> frozen = new LinkedHashMap<>(base.byName());
    frozen.putAll(this.derived.byName());
    Weights effective =
        bound.effective(tf, Params.of(trainable), new PlainWeights(tf, Tensors.of(frozen)));
    Forward without = model.forward(tf, baseWeights, Bench.batch(inputs));
    Forward with = model.forward(tf, effective, Bench.batch(inputs));
    plain = Tensors.of(Map.of(LOGITS, without.logits()));
    adapted = Tensors.of(Map.of(LOGITS, with.logits()));
    dense = base.mapNamed((name, x) -> tf.identity(effective.dense(name)));
    columnSquares = columnSquares(model.parameters(), effective);
    gradient = bench.gradient(tf.sum(with.lossPerExample(), tf.constant(0)), trainable);
  }

  private Tensors columnSquares(List<ParameterSpec> parameters, Weights effective) {
    Map<String, Operand<TFloat32>> squares = new LinkedHashMap<>();
    for (ParameterSpec p : parameters) {
      if (p.shape().rank() == 2) {
        squares.put(p.name(), bench.tf().identity(effective.columnSquares(bench.tf(), p.name())));
      }
    }
    return Tensors.of(squares);
  }

  private Map<Operand<?>, HostArray> fed(Named baseValues, Named trainableValues) {
    Map<Operand<?>, HostArray> fed = new LinkedHashMap<>(batch);
    fed.putAll(Bench.feeds(base, baseValues));
    fed.putAll(Bench.feeds(derived, derivedValues));
    fed.putAll(Bench.feeds(trainable, trainableValues));
    return fed;
  }

  /**
   * A digest of the logits through an adapter, and of those of a training step, where it may have
   * noise: in a graph that never runs.
   */
  public static String digest(Model model, BoundAdapter bound) {
    try (Bench bench = new Bench()) {
      Ops tf = bench.tf();
      Params trainable = Params.of(bench.parameters(bound.trainable()));
      Map<String, Operand<TFloat32>> frozen =
          new LinkedHashMap<>(bench.parameters(model.parameters()).byName());
      frozen.putAll(bench.parameters(bound.derived()).byName());
      Weights base = new PlainWeights(tf, Tensors.of(frozen));
      Map<String, Operand<?>> inputs = bench.inputs(model);
      List<Operand<?>> logits = new ArrayList<>();
      for (Weights weights :
          List.of(
              bound.effective(tf, trainable, base),
              bound.training(
                  tf,
                  trainable,
                  base,
                  // a stand-in for noise
                  (name, like) -> tf.math.mul(like, tf.constant((float) name.hashCode()))))) {
        logits.add(model.forward(tf, weights, Bench.batch(inputs)).logits());
      }
      return bench.digest(logits);
    }
  }

  /** The logits of the model on plain weights; biases and rows without values are 0. */
  public Named plain(Named baseValues) {
    Map<Operand<?>, HostArray> fed = new LinkedHashMap<>(batch);
    fed.putAll(Bench.feeds(base, baseValues));
    added
        .byName()
        .forEach(
            (name, x) ->
                fed.put(
                    x,
                    new HostArray.Floats(
                        baseValues.values().getOrDefault(name, new float[(int) x.shape().size()]),
                        x.shape().asArray())));
    return bench.run(plain, fed);
  }

  /** The logits through the adapter. */
  public Named adapted(Named baseValues, Named trainableValues) {
    return bench.run(adapted, fed(baseValues, trainableValues));
  }

  /** Every effective tensor, as a whole. */
  public Named dense(Named baseValues, Named trainableValues) {
    return bench.run(dense, fed(baseValues, trainableValues));
  }

  /** The squared column lengths of every matrix, according to the adapter. */
  public Named columnSquares(Named baseValues, Named trainableValues) {
    return bench.run(columnSquares, fed(baseValues, trainableValues));
  }

  /** The gradient of the loss with respect to the trainable parameters. */
  public Named gradient(Named baseValues, Named trainableValues) {
    return bench.run(gradient, fed(baseValues, trainableValues));
  }

  /** The graph. */
  public Bench bench() {
    return bench;
  }

  @Override
  public void close() {
    bench.close();
  }
}
