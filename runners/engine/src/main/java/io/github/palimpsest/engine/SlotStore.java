package io.github.palimpsest.engine;

import io.github.palimpsest.api.optimizer.FusedAdam;
import io.github.palimpsest.api.optimizer.Slots;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.engine.weights.AdamKernel;
import io.github.palimpsest.engine.weights.ParameterStore;
import io.github.palimpsest.engine.weights.Shapes;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * The slots of one optimizer in one phase. All phases share the variables; what a phase sets is
 * collected and run at the end of its step.
 */
final class SlotStore implements Slots, FusedAdam {
  /** No optimizer can have a slot or scope of this name: none begins with a dot. */
  static final String TRACKED = ".tracked/";

  private final ParameterStore store;
  private final EngineOracle oracle;
  private final String prefix;
  private final Map<String, Op> changes;

  private SlotStore(
      ParameterStore store, EngineOracle oracle, String prefix, Map<String, Op> changes) {
    this.store = store;
    this.oracle = oracle;
    this.prefix = prefix;
    this.changes = changes;
  }

  static SlotStore root(ParameterStore store, EngineOracle oracle) {
    return new SlotStore(store, oracle, StepGraph.SLOT, new LinkedHashMap<>());
  }

  /** The slots in which a regularizer follows the training. */
  SlotStore tracking(String regularizer) {
    return new SlotStore(store, oracle, StepGraph.SLOT + TRACKED + regularizer + "/", changes);
  }

  /** What the names of such a slot begin with, after {@link #TRACKED}. */
  static String tracked(String regularizer, String slot) {
    return regularizer + "/" + slot + ":";
  }

  SlotStore scope(String name) {
    return new SlotStore(store, oracle, prefix + name + "/", changes);
  }

  /** What is to be run at the end of a step, over all scopes. */
  Collection<Op> changes() {
    return changes.values();
  }

  @Override
  public Tensors old(String slot, Tensors like, float fill) {
    return like.mapNamed(
        (name, x) ->
            oracle.late(name, store.variable(variable(slot, name), Shapes.from(x.shape()), fill)));
  }

  @Override
  public void next(String slot, Tensors value) {
    value
        .byName()
        .forEach(
            (name, x) -> {
              String variable = unset(slot, name);
              changes.put(variable, store.set(variable, x));
            });
  }

  @Override
  public Tensors add(Ops tf, String slot, Tensors old, Tensors by) {
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
          String m = declared(adam.m(), name, x);
          String v = declared(adam.v(), name, x);
          AdamKernel.Moved moved =
              AdamKernel.moved(
                  store, prefix + adam.m() + ":" + name, m, v, adam, from.get(name), x);
          changes.put(m, moved.change());
          changes.put(v, moved.change());
          return moved.tensor();
        });
  }

  private String declared(String slot, String name, Operand<TFloat32> like) {
    store.variable(variable(slot, name), Shapes.from(like.shape()), 0);
    return unset(slot, name);
  }

  /** The variable of a slot, which a step sets once. */
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
