package acme;

import static acme.Mood.in;

import io.github.palimpsest.api.adapter.Adapter;
import io.github.palimpsest.api.adapter.AdapterProvider;
import io.github.palimpsest.api.adapter.BoundAdapter;
import io.github.palimpsest.api.component.Kind;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.parameter.StepNoise;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.parameter.Weights;
import io.github.palimpsest.api.parameter.ParameterSpec.Role;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.tensorflow.Operand;
import io.github.palimpsest.api.parameter.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** Adds a trained vector to the outputs of the first kernel. */
final class MoodyAdapter extends MoodyProvider<Adapter> implements AdapterProvider {
  private static final String SHIFT = "acme.shift";

  MoodyAdapter() {
    super(Kind.ADAPTER);
  }

  Adapter made() {
    return new Shifts();
  }

  private static final class Shifts implements Adapter {
    public BoundAdapter bind(List<ParameterSpec> base) {
      ParameterSpec kernel =
          base.stream().filter(p -> p.role() == Role.KERNEL).findFirst().orElseThrow();
      return in("bind", new Bound(kernel));
    }

    public boolean mergesAfterTask() {
      return in("mergesAfterTask", false);
    }
  }

  private record Bound(ParameterSpec kernel) implements BoundAdapter {
    private Shape shape() {
      return Shape.of(kernel.shape().get(1));
    }

    public List<ParameterSpec> trainable() {
      return in(
          "trainable", List.of(new ParameterSpec(SHIFT, shape(), Role.ADAPTER, kernel.layer())));
    }

    public List<ParameterSpec> derived() {
      return in("derived", List.of());
    }

    public Tensors derive(Ops tf, Weights base) {
      return in("derive", Tensors.of(Map.of()));
    }

    public WeightSnapshot initial(WeightSnapshot base, RandomGenerator rng) {
      TreeMap<String, Shape> shapes = new TreeMap<>(Map.of(SHIFT, shape()));
      return in(
          "initial",
          WeightSnapshot.computed(
              shapes, name -> in("initialValues", new float[(int) shape().size()])));
    }

    public Weights effective(Ops tf, Params trainable, Weights base) {
      return in(
          "effective", new Shifted(tf, kernel.name(), trainable.tensors().get(SHIFT), base));
    }

    public Weights training(Ops tf, Params trainable, Weights base, StepNoise noise) {
      return in("training", effective(tf, trainable, base));
    }

    public boolean isAdditive() {
      return in("isAdditive", false);
    }

    public <C> Optional<C> capability(Class<C> type) {
      return in("capability", Optional.<C>empty());
    }

    /** A shift of outputs is no change of the kernel: merging leaves it out. */
    public WeightSnapshot merge(WeightSnapshot trainable, WeightSnapshot base) {
      TreeMap<String, Shape> shapes = new TreeMap<>();
      base.names().forEach(name -> shapes.put(name, base.shape(name)));
      return in(
          "merge",
          WeightSnapshot.computed(shapes, name -> in("mergedValues", base.copy(name))));
    }
  }

  private record Shifted(Ops tf, String kernel, Operand<TFloat32> shift, Weights base)
      implements Weights {
    public Operand<TFloat32> dense(String name) {
      return in("dense", base.dense(name));
    }

    public Operand<TFloat32> matMul(Operand<TFloat32> x, String name) {
      Operand<TFloat32> y = base.matMul(x, name);
      return in("matMul", name.equals(kernel) ? tf.math.add(y, shift) : y);
    }

    public Operand<TFloat32> matMulTransposed(Operand<TFloat32> x, String table) {
      return in("matMulTransposed", base.matMulTransposed(x, table));
    }

    public Operand<TFloat32> rows(Operand<TInt32> ids, String table) {
      return in("rows", base.rows(ids, table));
    }
  }
}
