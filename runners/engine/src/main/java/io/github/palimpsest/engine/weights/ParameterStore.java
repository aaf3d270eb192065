package io.github.palimpsest.engine.weights;

import io.github.palimpsest.api.discovery.Activity;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.VarHandleOp;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TString;
import org.tensorflow.types.family.TNumber;

/**
 * All variables of one graph, by name. They are resource variables: a value that was read or
 * fetched does not change when the variable does. Each is read once per graph, and a run changes it
 * only after that. So a run computes everything from the old values and still releases each as
 * early as possible. Values enter by feeding, a few tensors at a time, so no graph or feed grows
 * with the model.
 */
public final class ParameterStore {
  /**
   * Amount of data that is copied in one run. The runtime plans the whole graph again for each
   * different set of feeds and fetches, 0.2 s in a graph of 30 layers, so one run per tensor took a
   * minute; a single run would hold the model twice.
   */
  private static final long FLOATS_A_RUN = 1L << 26;

  private final Ops tf;
  private final Map<String, Variable> variables = new LinkedHashMap<>();
  private final Map<String, Operand<TFloat32>> kept = new HashMap<>();
  private final Set<String> everFed = new HashSet<>();

  public ParameterStore(Ops tf) {
    this.tf = tf;
  }

  /** Declares a variable, or finds it if it was declared before. */
  public Operand<TFloat32> variable(String name, Shape shape, float fill) {
    return variables.computeIfAbsent(name, n -> Variable.of(tf, n, shape, fill)).read();
  }

  /**
   * Declares a variable that is stored in another type, or finds it.
   *
   * @return its value at the beginning of a run, as it is stored
   */
  @SuppressWarnings("unchecked") // a name has one type
  public <T extends TNumber> Operand<T> stored(
      String name, Shape shape, float fill, Class<T> type) {
    return (Operand<T>)
        variables.computeIfAbsent(name, n -> Variable.of(tf, n, shape, fill, type)).raw();
  }

  /** Declares a matrix that never changes: see {@link Variable#frozen}. */
  <T extends TNumber> Operand<T> frozen(String name, Shape shape, int zeros, Class<T> type) {
    Variable.Frozen<T> frozen = Variable.frozen(tf, name, shape, zeros, type);
    variables.put(name, frozen.variable());
    return frozen.stored();
  }

  /**
   * A value that is computed from a variable when it is fed, for a variable that never changes.
   * Empty if it has not been declared and the variable has already been fed.
   *
   * @param what unique among the values computed from this variable
   */
  Optional<Operand<TFloat32>> kept(
      String name, String what, UnaryOperator<Operand<TFloat32>> computed) {
    String own = name + "/" + what;
    Operand<TFloat32> known = kept.get(own);
    if (known != null || everFed.contains(name)) {
      return Optional.ofNullable(known);
    }
    Variable of = known(name);
    Operand<TFloat32> value = computed.apply(of.fed(tf));
    Operand<?> handle = tf.varHandleOp(TFloat32.class, value.shape(), VarHandleOp.sharedName(own));
    of.whenFed().add(tf.assignVariableOp(resource(handle), value));
    kept.put(own, tf.readVariableOp(resource(handle), TFloat32.class));
    return Optional.of(kept.get(own));
  }

  /** Whether a variable with this name was declared. */
  public boolean has(String name) {
    return variables.containsKey(name);
  }

  /** The names of all variables with a prefix. */
  public Collection<String> names(String prefix) {
    return variables.keySet().stream().filter(n -> n.startsWith(prefix)).toList();
  }

  /** The number of floats in all variables with a prefix. */
  public long floats(String prefix) {
    return names(prefix).stream().mapToLong(n -> known(n).shape().size()).sum();
  }

  /** The number of floats in one variable. */
  public long floatsOf(String name) {
    return known(name).shape().size();
  }

  /** The shape of one variable. */
  public Shape shape(String name) {
    return known(name).shape();
  }

  /** The variable's value at the beginning of a run. */
  public Operand<TFloat32> read(String name) {
    return known(name).read();
  }

  /** An operation that adds to a variable after it has been read. */
  public Op add(String name, Operand<TFloat32> update) {
    Variable v = known(name);
    return after(v).assignAddVariableOp(resource(v.handle()), update);
  }

  /** An operation that sets a variable, in its own type, after it has been read. */
  public Op set(String name, Operand<? extends TNumber> value) {
    Variable v = known(name);
    return after(v).assignVariableOp(resource(v.handle()), value);
  }

  /**
   * Adds to a variable after it has been read. The variable keeps its memory, so that variables are
   * not scattered among temporary values.
   *
   * @return its value after that
   */
  public Operand<TFloat32> grown(String name, Operand<TFloat32> by) {
    Op added = add(name, by);
    return tf.withControlDependencies(List.of(added))
        .readVariableOp(resource(known(name).handle()), TFloat32.class);
  }

  Ops tf() {
    return tf;
  }

  /** The handle of a variable, for kernels that change it themselves. */
  Operand<TString> handle(String name) {
    return resource(known(name).handle());
  }

  private Ops after(Variable v) {
    return tf.withControlDependencies(List.of(v.raw()));
  }

  /**
   * Operations that give every variable with any of these prefixes its fill value. Call this before
   * a session exists: if the graph grows later, the runtime reads all of it again, which takes
   * seconds for a large graph.
   */
  public Fills fills(String... prefixes) {
    Map<Float, Placeholder<TFloat32>> values = new HashMap<>();
    Map<Shape, Operand<TInt64>> shapes = new HashMap<>();
    List<Op> fills = new ArrayList<>();
    for (String name : Stream.of(prefixes).flatMap(p -> names(p).stream()).toList()) {
      Variable v = known(name);
      Operand<TFloat32> value =
          values.computeIfAbsent(
              v.fill(),
              x -> tf.placeholder(TFloat32.class, Placeholder.shape(Shapes.of(Shape.scalar()))));
      Operand<TInt64> shape = shapes.computeIfAbsent(v.shape(), x -> tf.constant(x.toArray()));
      fills.add(
          tf.assignVariableOp(
              resource(v.handle()), tf.fill(shape, Variable.as(tf, value, v.raw().type()))));
    }
    Map<Placeholder<TFloat32>, Float> fed = new HashMap<>();
    values.forEach((value, placeholder) -> fed.put(placeholder, value));
    return new Fills(fills, fed);
  }

  /**
   * An operation that gives up the memory of a variable after it has been read; it must be set
   * before it is read again.
   */
  public Op left(String name) {
    Variable v = known(name);
    return emptied(after(v), name);
  }

  /** Operations that make these variables take no memory before they are set. */
  public Fills emptied(Collection<String> names) {
    return new Fills(names.stream().map(n -> emptied(tf, n)).toList(), Map.of());
  }

  private static Op emptied(Ops at, String name) {
    // the handle of the variable itself accepts values of its shape only
    Operand<?> any =
        at.varHandleOp(
            TFloat32.class, org.tensorflow.ndarray.Shape.unknown(), VarHandleOp.sharedName(name));
    return at.assignVariableOp(resource(any), at.constant(0f));
  }

  /**
   * An operation that gives up the memory of all variables; they must be set before they are read
   * again. Call this before a session exists, as {@link #fills}.
   */
  public Op emptied() {
    List<Op> all = variables.keySet().stream().map(n -> emptied(tf, n)).toList();
    return tf.withControlDependencies(all).noOp();
  }

  /** Sets the variables {@code prefix + name} for each tensor of a snapshot. */
  public void assign(Session session, String prefix, WeightSnapshot values) {
    assign(session, Map.of(prefix, values), Fills.NONE);
  }

  /**
   * Sets the variables {@code prefix + name} for each tensor of some snapshots, and fills others.
   * Small ones are all set in one run, since the runtime copies the graph for each other set of
   * variables.
   *
   * @param values by prefix
   * @param fills run after the others if these are many
   */
  public void assign(Session session, Map<String, WeightSnapshot> values, Fills fills) {
    Map<String, Supplier<FloatBuffer>> each = new LinkedHashMap<>();
    values.forEach(
        (prefix, of) -> of.names().forEach(name -> each.put(prefix + name, () -> of.read(name))));
    List<List<String>> groups = groups(each.keySet());
    long floats = 0;
    for (List<String> group : groups) {
      Session.Runner runner = session.runner();
      List<Tensor> fed = new ArrayList<>();
      try {
        for (String name : group) {
          everFed.add(name);
          Variable v = known(name);
          Tensor t = v.tensor(checked(name, v.shape(), each.get(name).get()));
          fed.add(t);
          floats += v.shape().size();
          runner.feed(v.feed(), t);
          v.whenFed().forEach(runner::addTarget);
        }
        if (groups.size() == 1) {
          fed.addAll(fills.add(runner));
        }
        runner.run().close();
        Activity.moved();
      } finally {
        fed.forEach(Tensor::close);
      }
    }
    if (groups.size() != 1) {
      fills.run(session);
    }
    if (floats > FLOATS_A_RUN) {
      // the arrays of the values would stay in memory until the host needs space
      System.gc();
    }
  }

  private static FloatBuffer checked(String name, Shape shape, FloatBuffer values) {
    if (values.remaining() != shape.size()) {
      throw new IllegalArgumentException(
          "variable '%s' of shape %s given %d values".formatted(name, shape, values.remaining()));
    }
    return values;
  }

  /** Copies of all variables with a prefix, under their names without it. */
  public WeightSnapshot snapshot(Session session, String prefix) {
    TreeMap<String, Shape> shapes = new TreeMap<>();
    TreeMap<String, float[]> values = new TreeMap<>();
    for (List<String> group : groups(names(prefix))) {
      Session.Runner runner = session.runner();
      group.forEach(name -> runner.fetch(known(name).raw()));
      try (Result result = runner.run()) {
        for (int i = 0; i < group.size(); i++) {
          String name = group.get(i).substring(prefix.length());
          shapes.put(name, known(group.get(i)).shape());
          values.put(name, HostTensors.floats(result.get(i)));
        }
      }
    }
    return WeightSnapshot.computed(shapes, values::get);
  }

  /**
   * All variables with each of some prefixes, under their names without it, at one moment.
   *
   * @return a snapshot for each prefix
   */
  public HeldWeights held(Session session, List<String> prefixes) {
    List<String> all = prefixes.stream().flatMap(p -> names(p).stream()).toList();
    if (all.isEmpty()) { // the runtime refuses to run nothing
      return new HeldWeights(
          prefixes.stream().map(p -> WeightSnapshot.empty()).toList(), Optional.empty());
    }
    Session.Runner runner = session.runner();
    Map<String, Integer> places = new HashMap<>();
    for (String name : all) {
      runner.fetch(known(name).raw());
      places.put(name, places.size());
    }
    Result held = runner.run();
    List<WeightSnapshot> weights = new ArrayList<>();
    for (String prefix : prefixes) {
      TreeMap<String, Shape> shapes = new TreeMap<>();
      names(prefix).forEach(n -> shapes.put(n.substring(prefix.length()), known(n).shape()));
      weights.add(
          WeightSnapshot.computed(
              shapes, name -> HostTensors.floats(held.get(places.get(prefix + name)))));
    }
    return new HeldWeights(weights, Optional.of(held));
  }

  /** Cuts the names, in order, into as few runs as the limit allows. */
  private List<List<String>> groups(Collection<String> names) {
    List<List<String>> groups = new ArrayList<>();
    long size = FLOATS_A_RUN;
    for (String name : names) {
      size += known(name).shape().size();
      if (size > FLOATS_A_RUN) {
        groups.add(new ArrayList<>());
        size = known(name).shape().size();
      }
      groups.get(groups.size() - 1).add(name);
    }
    return groups;
  }

  private Variable known(String name) {
    Variable v = variables.get(name);
    if (v == null) {
      throw new IllegalArgumentException("no variable '" + name + "' among " + variables.keySet());
    }
    return v;
  }

  /** Resource handles have no Java type; the generated methods need some TType. */
  @SuppressWarnings("unchecked")
  static Operand<TString> resource(Operand<?> handle) {
    return (Operand<TString>) handle;
  }
}
