package io.github.palimpsest.engine;

import io.github.palimpsest.api.optimizer.FusedAdam;
import io.github.palimpsest.api.optimizer.ShapedSlots;
import io.github.palimpsest.api.optimizer.Slot;
import io.github.palimpsest.api.optimizer.Slots;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.engine.weights.AdamKernel;
import io.github.palimpsest.engine.weights.ParameterStore;
import io.github.palimpsest.engine.weights.Shapes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * The slots of one optimizer in one phase. All phases share the variables; the assignments of a
 * phase are collected and run at the end of its step.
 */
final class SlotStore implements Slots, FusedAdam, ShapedSlots {
  /**
   * No optimizer can have a slot or scope with this name, because their names have no dot at the
   * start.
   */
  static final String TRACKED = ".tracked/";

  private final ParameterStore store;
  private final EngineOracle oracle;
  private final Optional<StoredSlots> stored;
  private final String prefix;
  private final Map<String, Op> changes;
  private final Map<String, Computed> computed;

  private SlotStore(
      ParameterStore store,
      EngineOracle oracle,
      Optional<StoredSlots> stored,
      String prefix,
      Map<String, Op> changes,
      Map<String, Computed> computed) {
    this.store = store;
    this.oracle = oracle;
    this.stored = stored;
    this.prefix = prefix;
    this.changes = changes;
    this.computed = computed;
  }

  /**
   * The start of one tensor of a slot, computed from its parameter.
   *
   * @param slot the slot
   * @param of the parameter
   */
  record Computed(Slot slot, ParameterSpec of) {
    Shape shape() {
      return slot.shape(of).orElseThrow();
    }

    float[] values(WeightSnapshot start) {
      return slot.initial(of, start.read(of.name()));
    }
  }

  /**
   * @param stored how the slots are stored, if not as variables of float32 with the parameters
   * @param computed receives what starts from values of a parameter, by variable
   */
  static SlotStore root(
      ParameterStore store,
      EngineOracle oracle,
      Optional<StoredSlots> stored,
      Map<String, Computed> computed) {
    return new SlotStore(store, oracle, stored, StepGraph.SLOT, new LinkedHashMap<>(), computed);
  }

  /** The slots in which a regularizer tracks the training, in float32. */
  SlotStore tracking(String regularizer) {
    return new SlotStore(
        store,
        oracle,
        Optional.empty(),
        StepGraph.SLOT + TRACKED + regularizer + "/",
        changes,
        computed);
  }

  /** The prefix of the names of such a slot, after {@link #TRACKED}. */
  static String tracked(String regularizer, String slot) {
    return regularizer + "/" + slot + ":";
  }

  /** Whether a variable is a slot of an optimizer, not of a regularizer. */
  static boolean isOfOptimizer(String variable) {
    return variable.startsWith(StepGraph.SLOT) && !variable.startsWith(StepGraph.SLOT + TRACKED);
  }

  SlotStore scope(String name) {
    return new SlotStore(store, oracle, stored, prefix + name + "/", changes, computed);
  }

  /** The operations to run at the end of a step, over all scopes. */
  Collection<Op> changes() {
    return changes.values();
  }

  @Override
  public Tensors old(String slot, Tensors like, float fill) {
    return like.mapNamed((name, x) -> old(slot, name, Shapes.from(x.shape()), fill));
  }

  @Override
  public Operand<TFloat32> old(Slot slot, ParameterSpec p, Shape shape) {
    if (slot.isOnlyInFloat32() && stored.filter(StoredSlots::isRounded).isPresent()) {
      throw StoredSlots.refused(slot, "the optimizer");
    }
    if (slot.isComputed()) {
      computed.put(variable(slot.name(), p.name()), new Computed(slot, p));
    }
    return old(slot.name(), p.name(), shape, slot.fill());
  }

  private Operand<TFloat32> old(String slot, String name, Shape shape, float fill) {
    String variable = variable(slot, name);
    return stored.isPresent()
        ? stored.get().old(variable, shape, fill, oracle.due(name))
        : oracle.late(name, store.variable(variable, shape, fill));
  }

  @Override
  public void next(String slot, Tensors value) {
    value
        .byName()
        .forEach(
            (name, x) -> {
              String variable = unset(slot, name);
              changes.put(variable, set(variable, x));
            });
  }

  private Op set(String variable, Operand<TFloat32> x) {
    Shape shape = store.shape(variable);
    if (!x.shape().hasUnknownDimension() && !Shapes.from(x.shape()).equals(shape)) {
      throw new IllegalStateException(
          "slot '%s' has shape %s and is set to a value of shape %s"
              .formatted(variable.substring(StepGraph.SLOT.length()), shape, x.shape()));
    }
    return stored.isPresent() ? stored.get().set(variable, x) : store.set(variable, x);
  }

  @Override
  public Tensors add(Ops tf, String slot, Tensors old, Tensors by) {
    if (stored.isPresent()) {
      return Slots.super.add(tf, slot, old, by);
    }
    return by.mapNamed(
        (name, x) -> {
          String variable = unset(slot, name);
          Operand<TFloat32> sum = store.grown(variable, x);
          changes.put(variable, sum);
          return sum;
        });
  }

  @Override
  public Tensors moved(Ops tf, Adam adam, Tensors from, Tensors g) {
    return g.mapNamed(
        (name, x) -> {
          String kernel = prefix + adam.m() + ":" + name;
          AdamKernel.Moved moved =
              stored.isPresent()
                  ? moved(tf, stored.get(), kernel, adam, name, from.get(name), x)
                  : AdamKernel.moved(
                      store,
                      kernel,
                      declared(adam.m(), name, x),
                      declared(adam.v(), name, x),
                      adam,
                      from.get(name),
                      x);
          changes.put(variable(adam.m(), name), moved.ofM());
          changes.put(variable(adam.v(), name), moved.ofV());
          return moved.tensor();
        });
  }

  private AdamKernel.Moved moved(
      Ops tf,
      StoredSlots in,
      String kernel,
      Adam adam,
      String name,
      Operand<TFloat32> from,
      Operand<TFloat32> g) {
    return in.inTurn(
        before ->
            AdamKernel.moved(
                tf,
                kernel,
                mean(in, adam.m(), name, g, before),
                mean(in, adam.v(), name, g, before),
                adam,
                from,
                g));
  }

  private AdamKernel.Mean mean(
      StoredSlots in, String slot, String name, Operand<TFloat32> like, List<Op> before) {
    String variable = variable(slot, name);
    List<Op> after = new ArrayList<>(before);
    after.addAll(oracle.due(name));
    Operand<TFloat32> old = in.old(variable, Shapes.from(like.shape()), 0, after);
    unset(slot, name);
    return new AdamKernel.Mean(old, value -> in.set(variable, value));
  }

  private String declared(String slot, String name, Operand<TFloat32> like) {
    store.variable(variable(slot, name), Shapes.from(like.shape()), 0);
    return unset(slot, name);
  }

  /** The variable of a slot, which a step sets at most once. */
  private String unset(String slot, String name) {
    String variable = variable(slot, name);
    if (!store.has(variable)) {
      throw new IllegalStateException(
          "slot '" + slot + "' of '" + name + "' is set but was never read");
    }
    if (changes.containsKey(variable)) {
      throw new IllegalStateException(
          "slot '" + slot + "' of '" + name + "' is set twice in one step");
    }
    return variable;
  }

  private String variable(String slot, String name) {
    return prefix + slot + ":" + name;
  }
}
