package io.github.palimpsest.tck.subject;

import io.github.palimpsest.api.adapter.BoundAdapter;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.parameter.Weights;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.tensorflow.op.Ops;

/** An adapter that delegates to another one, except for overridden methods. */
public class AlteredAdapter implements BoundAdapter {
  private final BoundAdapter good;

  public AlteredAdapter(BoundAdapter good) {
    this.good = good;
  }

  /** Other initial values: shapes and values may be changed in place. */
  public static UnaryOperator<BoundAdapter> initial(Change change) {
    return good ->
        new AlteredAdapter(good) {
          @Override
          public WeightSnapshot initial(WeightSnapshot base, RandomGenerator rng) {
            return changed(good.initial(base, rng), base, change);
          }
        };
  }

  /** Other merged weights: shapes and values may be changed in place. */
  public static UnaryOperator<BoundAdapter> merged(Change change) {
    return good ->
        new AlteredAdapter(good) {
          @Override
          public WeightSnapshot merge(WeightSnapshot trainable, WeightSnapshot base) {
            return changed(good.merge(trainable, base), base, change);
          }
        };
  }

  /** Other effective weights. */
  public static UnaryOperator<BoundAdapter> effective(View view) {
    return good ->
        new AlteredAdapter(good) {
          @Override
          public Weights effective(Ops tf, Params trainable, Weights base) {
            return view.of(tf, good.effective(tf, trainable, base), base);
          }
        };
  }

  private static WeightSnapshot changed(WeightSnapshot of, WeightSnapshot base, Change change) {
    TreeMap<String, Shape> shapes = new TreeMap<>();
    Map<String, float[]> values = new HashMap<>();
    for (String n : of.names()) {
      shapes.put(n, of.shape(n));
      values.put(n, of.copy(n));
    }
    change.to(shapes, values, base);
    return WeightSnapshot.of(shapes, values);
  }

  public interface Change {
    void to(Map<String, Shape> shapes, Map<String, float[]> values, WeightSnapshot base);
  }

  public interface View {
    Weights of(Ops tf, Weights good, Weights base);
  }

  @Override
  public List<ParameterSpec> trainable() {
    return good.trainable();
  }

  @Override
  public List<ParameterSpec> derived() {
    return good.derived();
  }

  @Override
  public Tensors derive(Ops tf, Weights base) {
    return good.derive(tf, base);
  }

  @Override
  public WeightSnapshot initial(WeightSnapshot base, RandomGenerator rng) {
    return good.initial(base, rng);
  }

  @Override
  public Weights effective(Ops tf, Params trainable, Weights base) {
    return good.effective(tf, trainable, base);
  }

  @Override
  public boolean isAdditive() {
    return good.isAdditive();
  }

  @Override
  public WeightSnapshot merge(WeightSnapshot trainable, WeightSnapshot base) {
    return good.merge(trainable, base);
  }
}
