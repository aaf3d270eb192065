package io.github.palimpsest.api.adapter;

import io.github.palimpsest.api.Experimental;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.parameter.ForwardingWeights;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.parameter.Weights;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * Rows that stand before the embedded input of every sequence, {@code [p_1 ... p_n; x_1 ... x_t]},
 * as virtual tokens do. They are no rows of the model's table, so they cannot be merged into it:
 * the merged weights of an adapter have them under a name of their own, and a runner puts them
 * before the input wherever it uses the weights (PAR-11, PAR-12).
 */
@Experimental(since = "0.2")
public final class InputRows {
  private static final String SUFFIX = "+rows";

  private final String table;
  private final ParameterSpec parameter;

  private InputRows(String table, ParameterSpec parameter) {
    this.table = table;
    this.parameter = parameter;
  }

  /**
   * Rows before those that a table has for the input.
   *
   * @param table the table that embeds the input, of shape {@code [vocabulary, width]}
   * @param count the number n of rows, from 1
   * @throws PalimpsestException if the count is below 1
   * @throws IllegalArgumentException if the table has another number of dimensions
   */
  public static InputRows of(ParameterSpec table, int count) {
    if (table.shape().rank() != 2) {
      throw new IllegalArgumentException(
          "rows stand before those of a matrix, and '"
              + table.name()
              + "' has the shape "
              + table.shape());
    }
    if (count < 1) {
      throw new PalimpsestException(
          "the number of rows before the input must be at least 1, not " + count);
    }
    return new InputRows(
        table.name(),
        new ParameterSpec(
            name(table.name()),
            Shape.of(count, table.shape().get(1)),
            ParameterSpec.Role.ADAPTER,
            table.layer()));
  }

  /** The name of the rows before those of a table, which no tensor of a model has. */
  public static String name(String table) {
    return table + SUFFIX;
  }

  /** The table before whose rows they stand. */
  public String table() {
    return table;
  }

  /** The number n of rows. */
  public int count() {
    return Math.toIntExact(parameter.shape().get(0));
  }

  /** Their name, their shape {@code [n, width]} and the layer of the table. */
  public ParameterSpec parameter() {
    return parameter;
  }

  /** The rows that weights have before those of a model's table; empty if there are none. */
  public static Optional<InputRows> in(WeightSnapshot weights, List<ParameterSpec> parameters) {
    return parameters.stream()
        .filter(p -> p.shape().rank() == 2 && weights.names().contains(name(p.name())))
        .map(p -> of(p, Math.toIntExact(weights.shape(name(p.name())).get(0))))
        .findFirst();
  }

  /** The names of rows before the input among those of weights. */
  public static SortedSet<String> names(WeightSnapshot weights) {
    SortedSet<String> names = new TreeSet<>(weights.names());
    names.removeIf(name -> !name.endsWith(SUFFIX));
    return names;
  }

  /**
   * Weights with rows before those of a table.
   *
   * @param weights the weights without them
   * @param table the table
   * @param rows {@code [n, width]}
   */
  public static Weights on(Weights weights, String table, Operand<TFloat32> rows) {
    return new ForwardingWeights() {
      @Override
      public Weights weights() {
        return weights;
      }

      @Override
      public Optional<Operand<TFloat32>> rowsBefore(String of) {
        return of.equals(table) ? Optional.of(rows) : weights.rowsBefore(of);
      }
    };
  }

  @Override
  public String toString() {
    return parameter.toString();
  }
}
