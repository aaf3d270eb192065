package io.github.palimpsest.tck.rig;

import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.model.BatchTensors;
import io.github.palimpsest.api.model.InputSpec;
import io.github.palimpsest.api.model.Model;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.engine.weights.Shapes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Operation;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** A graph without variables: everything is fed and fetched. */
public final class Bench implements AutoCloseable {
  private static final Pattern STATE =
      Pattern.compile(
          "VarHandleOp|Variable.*|TemporaryVariable|.*Assign.*|(Resource)?(Sparse)?Apply.*"
              + "|Resource(Scatter|Sparse|Strided).*|Scatter(Nd)?(Add|Sub|Mul|Div|Min|Max|Update)");
  private static final Pattern UNSEEDED =
      Pattern.compile(
          "RandomStandardNormal|RandomUniform(Int)?|TruncatedNormal|RandomShuffle|RandomGamma"
              + "|RandomPoisson(V2)?|Multinomial|ParameterizedTruncatedNormal");

  private static final int SMALL_PARAMETER = 8;

  private final Graph graph = new Graph();
  private final Ops tf = Ops.create(graph);
  private @Nullable Session session;

  /** Where to build. */
  public Ops tf() {
    return tf;
  }

  /** A value to be fed. */
  public Operand<TFloat32> floats(Shape shape) {
    return tf.placeholder(TFloat32.class, Placeholder.shape(shape));
  }

  /** Parameters to be fed. */
  public Tensors parameters(List<ParameterSpec> specs) {
    Map<String, Operand<TFloat32>> all = new LinkedHashMap<>();
    specs.forEach(p -> all.put(p.name(), floats(Shapes.of(p.shape()))));
    return Tensors.of(all);
  }

  /** A model's inputs, to be fed. */
  public Map<String, Operand<?>> inputs(Model model) {
    Map<String, Operand<?>> all = new LinkedHashMap<>();
    for (InputSpec in : model.inputs()) {
      Placeholder.Options shape = Placeholder.shape(Shapes.of(in.shape()));
      all.put(
          in.name(),
          in.type() == InputSpec.Type.INT32
              ? tf.placeholder(TInt32.class, shape)
              : tf.placeholder(TFloat32.class, shape));
    }
    return all;
  }

  /** The inputs of a model. */
  public static BatchTensors batch(Map<String, Operand<?>> inputs) {
    return new BatchTensors() {
      @Override
      public Operand<TInt32> ints(String name) {
        return input(name).asOutput().expect(TInt32.class);
      }

      @Override
      public Operand<TFloat32> floats(String name) {
        return input(name).asOutput().expect(TFloat32.class);
      }

      private Operand<?> input(String name) {
        Operand<?> in = inputs.get(name);
        if (in == null) {
          throw new IllegalArgumentException("no input '" + name + "' among " + inputs.keySet());
        }
        return in;
      }
    };
  }

  /** The gradient of a scalar; zeros where it does not depend on a tensor. */
  public Tensors gradient(Operand<TFloat32> loss, Tensors at) {
    // keeps every tensor reachable: TensorFlow has no gradient for one that is not
    Operand<TFloat32> all = tf.math.add(loss, tf.math.mul(tf.constant(0f), at.sum(tf)));
    var gradients = tf.gradients(List.of(all), List.copyOf(at.byName().values()));
    Map<String, Operand<TFloat32>> byName = new LinkedHashMap<>();
    int i = 0;
    for (String name : at.names()) {
      byName.put(name, gradients.dy(i++));
    }
    return Tensors.of(byName);
  }

  /** The number of operations in the graph. */
  public int size() {
    int n = 0;
    for (Iterator<?> it = graph.operations(); it.hasNext(); it.next()) {
      n++;
    }
    return n;
  }

  /** Operations that make or change variables. */
  public List<String> stateful() {
    return matching(STATE);
  }

  /** Elements of all constants that are as large as a small parameter. */
  public long constants() {
    long elements = 0;
    for (Iterator<? extends Operation> it = graph.operations(); it.hasNext(); ) {
      Operation op = it.next();
      long size = op.type().equals("Const") ? op.output(0).shape().size() : 0;
      elements += size < SMALL_PARAMETER ? 0 : size;
    }
    return elements;
  }

  /** Random operations that draw from a source of their own. */
  public List<String> unseeded() {
    return matching(UNSEEDED);
  }

  /**
   * A digest of what is computed for some outputs: of the operations that they depend on, with
   * their attributes and the values of constants. Equal for outputs that equal graphs compute; an
   * operation that no output depends on does not count.
   */
  public String digest(Collection<? extends Operand<?>> outputs) {
    Map<String, Long> known = new HashMap<>();
    for (NodeDef node : graph.toGraphDef().getNodeList()) {
      long h = node.getOp().hashCode();
      // what is fed is told by its name
      h = 31 * h + (node.getOp().startsWith("Placeholder") ? node.getName().hashCode() : 0);
      for (String in : node.getInputList()) {
        String[] of = in.split(":", 2);
        h = mixed(h, known.getOrDefault(of[0], 0L));
        h = mixed(h, of.length < 2 ? 0 : of[1].hashCode());
      }
      for (Map.Entry<String, AttrValue> a : new TreeMap<>(node.getAttrMap()).entrySet()) {
        h = mixed(h, a.getKey().hashCode());
        h = mixed(h, a.getValue().toByteString().hashCode());
      }
      known.put(node.getName(), h);
    }
    StringBuilder all = new StringBuilder();
    for (Operand<?> x : outputs) {
      all.append(known.get(x.op().name())).append(':').append(x.asOutput().index()).append(' ');
    }
    return all.toString();
  }

  private static long mixed(long h, long more) {
    long x = (Long.rotateLeft(h, 5) ^ more) * 0x9E3779B97F4A7C15L;
    return x ^ (x >>> 32);
  }

  private List<String> matching(Pattern type) {
    List<String> found = new ArrayList<>();
    for (Iterator<? extends Operation> it = graph.operations(); it.hasNext(); ) {
      Operation op = it.next();
      if (type.matcher(op.type()).matches()) {
        found.add(op.type() + " '" + op.name() + "'");
      }
    }
    return found;
  }

  /** The feeds of named values. */
  public static Map<Operand<?>, HostArray> feeds(Tensors at, Named values) {
    Map<Operand<?>, HostArray> feeds = new LinkedHashMap<>();
    at.byName()
        .forEach(
            (name, x) ->
                feeds.put(x, new HostArray.Floats(values.values().get(name), x.shape().asArray())));
    return feeds;
  }

  /** Runs once and copies the results. */
  public List<float[]> run(List<Operand<TFloat32>> fetches, Map<Operand<?>, HostArray> feeds) {
    Session open = session;
    if (open == null) {
      // a graph of a few nodes gains nothing from the graph optimizer, which takes time
      ConfigProto.Builder config = ConfigProto.newBuilder();
      config
          .setIntraOpParallelismThreads(1)
          .setInterOpParallelismThreads(1)
          .getGraphOptionsBuilder()
          .getRewriteOptionsBuilder()
          .setDisableMetaOptimizer(true);
      open = new Session(graph, config.build());
      session = open;
    }
    Session.Runner runner = open.runner();
    List<Tensor> fed = new ArrayList<>();
    feeds.forEach(
        (x, value) -> {
          Tensor t = tensor(value);
          fed.add(t);
          runner.feed(x, t);
        });
    fetches.forEach(runner::fetch);
    try (Result result = runner.run()) {
      List<float[]> values = new ArrayList<>();
      result.forEach(e -> values.add(copy((TFloat32) e.getValue())));
      return values;
    } finally {
      fed.forEach(Tensor::close);
    }
  }

  /** Runs once and copies named results. */
  public Named run(Tensors fetches, Map<Operand<?>, HostArray> feeds) {
    return Named.of(fetches.names(), run(List.copyOf(fetches.byName().values()), feeds).iterator());
  }

  private static Tensor tensor(HostArray array) {
    Shape shape = Shape.of(array.shape());
    return array instanceof HostArray.Ints ints
        ? TInt32.tensorOf(shape, DataBuffers.of(ints.toArray()))
        : TFloat32.tensorOf(shape, DataBuffers.of(((HostArray.Floats) array).toArray()));
  }

  private static float[] copy(TFloat32 t) {
    float[] values = new float[Math.toIntExact(t.size())];
    t.asRawTensor().data().asFloats().read(values);
    return values;
  }

  @Override
  public void close() {
    Session open = session;
    if (open != null) {
      open.close();
    }
    graph.close();
  }
}
