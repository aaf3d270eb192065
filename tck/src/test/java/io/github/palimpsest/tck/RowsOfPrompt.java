package io.github.palimpsest.tck;

import io.github.palimpsest.api.adapter.BoundAdapter;
import io.github.palimpsest.api.adapter.InputRows;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.parameter.Weights;
import io.github.palimpsest.tck.subject.AlteredWeights;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** Puts two rows before the input, and trains them alone. */
class RowsOfPrompt implements BoundAdapter {
  private final InputRows rows;

  RowsOfPrompt(List<ParameterSpec> base) {
    this(
        base.stream()
            .filter(p -> p.role() == ParameterSpec.Role.EMBEDDING)
            .findFirst()
            .orElseThrow());
  }

  RowsOfPrompt(ParameterSpec table) {
    rows = InputRows.of(table, 2);
  }

  InputRows rows() {
    return rows;
  }

  @Override
  public List<ParameterSpec> trainable() {
    return List.of(rows.parameter());
  }

  @Override
  public Optional<InputRows> inputRows() {
    return Optional.of(rows);
  }

  @Override
  public WeightSnapshot initial(WeightSnapshot base, RandomGenerator rng) {
    ParameterSpec p = trainable().get(0);
    float[] values = new float[Math.toIntExact(p.shape().size())];
    for (int i = 0; i < values.length; i++) {
      values[i] = rng.nextFloat() - 0.5f;
    }
    return WeightSnapshot.of(Map.of(p.name(), p.shape()), Map.of(p.name(), values));
  }

  @Override
  public Weights effective(Ops tf, Params trainable, Weights base) {
    return InputRows.on(base, rows.table(), trainable.tensors().get(rows.parameter().name()));
  }

  @Override
  public WeightSnapshot merge(WeightSnapshot trainable, WeightSnapshot base) {
    TreeMap<String, Shape> shapes = new TreeMap<>();
    base.names().forEach(name -> shapes.put(name, base.shape(name)));
    trainable.names().forEach(name -> shapes.put(name, trainable.shape(name)));
    return WeightSnapshot.computed(
        shapes, name -> trainable.names().contains(name) ? trainable.copy(name) : base.copy(name));
  }

  /** Trains rows that are wider than the table. */
  static final class Wide extends RowsOfPrompt {
    Wide(List<ParameterSpec> base) {
      super(base);
    }

    @Override
    public List<ParameterSpec> trainable() {
      ParameterSpec p = rows().parameter();
      return List.of(
          new ParameterSpec(
              p.name(), Shape.of(rows().count(), p.shape().get(1) + 1), p.role(), p.layer()));
    }
  }

  /** Adds the first row to every row of the table. */
  static final class Spreading extends RowsOfPrompt {
    Spreading(List<ParameterSpec> base) {
      super(base);
    }

    @Override
    public Weights effective(Ops tf, Params trainable, Weights base) {
      Operand<TFloat32> own = trainable.tensors().get(rows().parameter().name());
      Operand<TFloat32> first = tf.gather(own, tf.constant(new int[] {0}), tf.constant(0));
      Weights spread =
          new AlteredWeights(base) {
            @Override
            public Operand<TFloat32> rows(Operand<TInt32> ids, String table) {
              return tf.math.add(super.rows(ids, table), first);
            }
          };
      return InputRows.on(spread, rows().table(), own);
    }
  }
}
