package io.github.palimpsest.tck.rig;

import io.github.palimpsest.api.adapter.BoundAdapter;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.parameter.Weights;
import io.github.palimpsest.engine.weights.Shapes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** The rows that a model sees before its input through an adapter, of each table. */
public final class RowsRig implements AutoCloseable {
  private final Bench bench = new Bench();
  private final Named derivedValues;
  private final Tensors base;
  private final Tensors derived;
  private final Tensors trainable;
  private final Map<String, Operand<TFloat32>> rows = new TreeMap<>();

  /**
   * Builds the effective weights and nothing that uses them.
   *
   * @param derived values of the tensors that the adapter derives
   */
  public RowsRig(List<ParameterSpec> parameters, BoundAdapter bound, Named derived) {
    derivedValues = derived;
    base = bench.parameters(parameters);
    trainable = bench.parameters(bound.trainable());
    this.derived = bench.parameters(bound.derived());
    Map<String, Operand<TFloat32>> frozen = new LinkedHashMap<>(base.byName());
    frozen.putAll(this.derived.byName());
    Weights effective =
        bound.effective(
            bench.tf(), Params.of(trainable), new PlainWeights(bench.tf(), Tensors.of(frozen)));
    for (ParameterSpec p : parameters) {
      effective.rowsBefore(p.name()).ifPresent(r -> rows.put(p.name(), bench.tf().identity(r)));
    }
  }

  /** The shape of the rows before those of each table that has any. */
  public Map<String, Shape> shapes() {
    Map<String, Shape> shapes = new TreeMap<>();
    rows.forEach((table, r) -> shapes.put(table, Shapes.from(r.shape())));
    return shapes;
  }

  /** The rows by their table. */
  public Named values(Named baseValues, Named trainableValues) {
    Map<Operand<?>, HostArray> fed = new LinkedHashMap<>(Bench.feeds(base, baseValues));
    fed.putAll(Bench.feeds(derived, derivedValues));
    fed.putAll(Bench.feeds(trainable, trainableValues));
    return bench.run(Tensors.of(rows), fed);
  }

  @Override
  public void close() {
    bench.close();
  }
}
