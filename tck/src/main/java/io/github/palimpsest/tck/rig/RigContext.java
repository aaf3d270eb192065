package io.github.palimpsest.tck.rig;

import io.github.palimpsest.api.optimizer.GradientOracle;
import io.github.palimpsest.api.optimizer.Slots;
import io.github.palimpsest.api.optimizer.StepContext;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.recipe.Schedule;
import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
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
   * @param fill every element before the first step
   */
  record Slot(Operand<TFloat32> old, float fill) {
    float[] initial() {
      return OptimizerRig.filled(old.shape(), fill);
    }
  }

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
    return new Slots() {
      @Override
      public Tensors old(String slot, Tensors like, float fill) {
        return like.mapNamed(
            (name, x) ->
                known
                    .computeIfAbsent(key(slot, name), k -> new Slot(bench.floats(x.shape()), fill))
                    .old());
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
