package io.github.palimpsest.engine;

import io.github.palimpsest.api.Adapter;
import io.github.palimpsest.api.BoundAdapter;
import io.github.palimpsest.api.Model;
import io.github.palimpsest.api.ParameterSpec;
import io.github.palimpsest.api.Tensors;
import io.github.palimpsest.api.WeightSnapshot;
import java.nio.FloatBuffer;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * The base of an adapter beside the tensors that the adapter derives from it.
 *
 * @param plain the model's weights
 * @param derived values of {@link BoundAdapter#derived()}
 */
public record AdaptedBase(WeightSnapshot plain, WeightSnapshot derived) implements WeightSnapshot {
  /**
   * The base as an adapter takes it: itself, unless there is something to derive. That is done on
   * the CPU whatever the device, so that a singular vector has the same sign everywhere.
   *
   * @param model the model
   * @param base its weights
   * @param bound the adapter, bound to the model
   */
  public static WeightSnapshot of(Model model, WeightSnapshot base, BoundAdapter bound) {
    return bound.derived().isEmpty() ? base : new AdaptedBase(base, derive(model, base, bound));
  }

  /** The same for an adapter that may be absent. */
  static WeightSnapshot of(Model model, WeightSnapshot base, Optional<Adapter> adapter) {
    return adapter.map(a -> of(model, base, a.bind(model.parameters()))).orElse(base);
  }

  private static WeightSnapshot derive(Model model, WeightSnapshot base, BoundAdapter bound) {
    try (Graph graph = new Graph()) {
      Ops tf = Device.CPU.place(graph);
      ParameterStore store = new ParameterStore(tf);
      Map<String, Operand<TFloat32>> reads = new LinkedHashMap<>();
      for (ParameterSpec p : model.parameters()) {
        reads.put(p.name(), store.variable(p.name(), p.shape(), 0));
      }
      Tensors built = bound.derive(tf, new DenseWeights(tf, Tensors.of(reads)));
      Map<String, Shape> shapes = new TreeMap<>();
      Map<String, float[]> values = new TreeMap<>();
      try (Session session = Device.CPU.session(graph)) {
        store.assign(session, "", base);
        for (ParameterSpec p : bound.derived()) {
          try (Result result = session.runner().fetch(built.get(p.name())).run()) {
            shapes.put(p.name(), p.shape());
            values.put(p.name(), HostTensors.floats((TFloat32) result.get(0)));
          }
        }
      }
      return WeightSnapshot.of(shapes, values);
    }
  }

  @Override
  public SortedSet<String> names() {
    TreeSet<String> names = new TreeSet<>(plain.names());
    names.addAll(derived.names());
    return Collections.unmodifiableSortedSet(names);
  }

  private WeightSnapshot holder(String name) {
    return derived.names().contains(name) ? derived : plain;
  }

  @Override
  public Shape shape(String name) {
    return holder(name).shape(name);
  }

  @Override
  public FloatBuffer read(String name) {
    return holder(name).read(name);
  }
}
