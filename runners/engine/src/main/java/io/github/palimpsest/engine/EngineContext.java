package io.github.palimpsest.engine;

import io.github.palimpsest.api.optimizer.GradientOracle;
import io.github.palimpsest.api.optimizer.StepContext;
import io.github.palimpsest.api.optimizer.WeightSpace;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.recipe.Schedule;
import java.util.List;
import java.util.function.Supplier;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** The view of a step that an optimizer receives. */
record EngineContext(
    Ops tf,
    Params params,
    List<ParameterSpec> specs,
    GradientOracle oracle,
    WeightSpace effective,
    SlotStore slots,
    int phase,
    StepFeeds feeds,
    Supplier<Operand<TFloat32>> tokens)
    implements StepContext {

  @Override
  public Operand<TFloat32> targetTokens() {
    return tokens.get();
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
    return new EngineContext(tf, params, specs, other, effective, slots, phase, feeds, tokens);
  }

  @Override
  public StepContext scope(String name) {
    return new EngineContext(
        tf, params, specs, oracle, effective, slots.scope(name), phase, feeds, tokens);
  }
}
