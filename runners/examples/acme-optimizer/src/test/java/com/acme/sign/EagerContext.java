package com.acme.sign;

import io.github.palimpsest.api.optimizer.Evaluated;
import io.github.palimpsest.api.optimizer.GradientOracle;
import io.github.palimpsest.api.optimizer.Gradients;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.recipe.Schedule;
import io.github.palimpsest.api.optimizer.Slots;
import io.github.palimpsest.api.optimizer.StepContext;
import io.github.palimpsest.api.parameter.Tensors;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.StdArrays;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** Runs an optimizer step by step on one vector, with gradients given by the test. */
final class EagerContext implements StepContext, Slots {
  private final Ops tf;
  private final Params params;
  private final Map<String, Tensors> slots = new HashMap<>();
  private Tensors gradient;

  EagerContext(Ops tf, float... weights) {
    this.tf = tf;
    this.params = Params.of(vector(weights));
    this.gradient = params.tensors();
  }

  float[] run(Optimizer optimizer, float... gradients) {
    gradient = vector(gradients);
    Operand<TFloat32> update = optimizer.updates(this).tensors().get("w");
    return StdArrays.array1dCopyOf(update.asTensor());
  }

  private Tensors vector(float... values) {
    return Tensors.of(Map.of("w", tf.constant(values)));
  }

  @Override
  public Ops tf() {
    return tf;
  }

  @Override
  public Params params() {
    return params;
  }

  @Override
  public GradientOracle oracle() {
    return (point, terms, of) ->
        Evaluated.of(tf.constant(0f), new Gradients(gradient), tf.constant(1f));
  }

  @Override
  public Operand<TFloat32> targetTokens() {
    return tf.constant(1f);
  }

  @Override
  public Slots slots() {
    return this;
  }

  @Override
  public Tensors old(String slot, Tensors like, float fill) {
    return slots.getOrDefault(slot, like.map(x -> tf.fill(tf.shape(x), tf.constant(fill))));
  }

  @Override
  public void next(String slot, Tensors value) {
    slots.put(slot, value);
  }

  @Override
  public Operand<TFloat32> scheduled(Schedule schedule) {
    return tf.constant((float) schedule.at(0, 1));
  }

  @Override
  public List<ParameterSpec> specs() {
    throw new UnsupportedOperationException("Sign does not ask");
  }

  @Override
  public int phase() {
    return 0;
  }

  @Override
  public Tensors gaussian(String stream, Tensors like) {
    throw new UnsupportedOperationException("Sign does not ask");
  }

  @Override
  public StepContext withOracle(GradientOracle oracle) {
    throw new UnsupportedOperationException("Sign does not ask");
  }

  @Override
  public StepContext scope(String name) {
    throw new UnsupportedOperationException("Sign does not ask");
  }
}
