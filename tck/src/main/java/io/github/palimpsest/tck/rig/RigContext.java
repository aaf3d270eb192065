package io.github.palimpsest.tck.rig;

import io.github.palimpsest.api.optimizer.GradientOracle;
import io.github.palimpsest.api.optimizer.ShapedSlots;
import io.github.palimpsest.api.optimizer.Slots;
import io.github.palimpsest.api.optimizer.StepContext;
import io.github.palimpsest.api.optimizer.WeightSpace;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.recipe.Schedule;
import io.github.palimpsest.engine.weights.Shapes;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** The step of an optimizer in a rig. Slots are fed and fetched, by scope, slot and tensor. */
record RigContext(
    Bench bench,
    Params params,
    List<ParameterSpec> specs,
    GradientOracle oracle,
    int phase,
    String scope,
    Map<String, Slot> known,
    Map<String, Operand<TFloat32>> next,
    RigFeeds feeds)
    implements StepContext {

  /**
   * One tensor of a slot.
   *
   * @param old the value before the step
   * @param start the values before the first step
   */
  record Slot(Operand<TFloat32> old, Start start) {
    float[] initial(Named weights) {
      return start.of(weights);
    }
  }

  /** The values of a slot before the first step, from the weights. */
  interface Start {
    float[] of(Named weights);
  }

  /** Slots that are fed and fetched. */
  private interface AllSlots extends Slots, ShapedSlots {}

  @Override
  public Ops tf() {
    return bench.tf();
  }

  /** The loss of a rig is a function of the weights, as of one target token. */
  @Override
  public Operand<TFloat32> targetTokens() {
    return tf().constant(1f);
  }

  @Override
  public Slots slots() {
    return new AllSlots() {
      @Override
      public Tensors old(String slot, Tensors like, float fill) {
        return like.mapNamed(
            (name, x) ->
                old(slot, name, x.shape(), weights -> OptimizerRig.filled(x.shape(), fill)));
      }

      @Override
      public Operand<TFloat32> old(
          io.github.palimpsest.api.optimizer.Slot slot,
          ParameterSpec p,
          io.github.palimpsest.api.parameter.Shape shape) {
        return old(
            slot.name(),
            p.name(),
            Shapes.of(shape),
            weights -> slot.initial(p, FloatBuffer.wrap(weights.values().get(p.name()))));
      }

      private Operand<TFloat32> old(String slot, String name, Shape shape, Start start) {
        return known
            .computeIfAbsent(key(slot, name), k -> new Slot(bench.floats(shape), start))
            .old();
      }

      @Override
      public void next(String slot, Tensors value) {
        value
            .byName()
            .forEach(
                (name, x) -> {
                  if (next.put(key(slot, name), tf().identity(x)) != null) {
                    throw new IllegalStateException(
                        "slot '" + slot + "' of '" + name + "' is set twice in one step");
                  }
                });
      }

      private String key(String slot, String name) {
        return scope + slot + ":" + name;
      }
    };
  }

  @Override
  public WeightSpace effective() {
    feeds.askedForEffective();
    return StepContext.super.effective();
  }

  @Override
  public Operand<TFloat32> scheduled(Schedule schedule) {
    return feeds.scheduled(schedule);
  }

  @Override
  public Tensors gaussian(String stream, Tensors like) {
    return feeds.gaussian(stream, like);
  }

  @Override
  public StepContext withOracle(GradientOracle other) {
    return new RigContext(bench, params, specs, other, phase, scope, known, next, feeds);
  }

  @Override
  public StepContext scope(String name) {
    return new RigContext(
        bench, params, specs, oracle, phase, scope + name + "/", known, next, feeds);
  }
}
