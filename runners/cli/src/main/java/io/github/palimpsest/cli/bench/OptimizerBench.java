package io.github.palimpsest.cli.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.discovery.Recipe;
import io.github.palimpsest.api.recipe.Value;
import io.github.palimpsest.cli.terminal.Json;
import io.github.palimpsest.engine.Training;
import io.github.palimpsest.engine.device.Device;
import java.util.Map;

/**
 * What an optimizer's steps take beside those of the one that it wraps, or of sgd.
 *
 * @param adapter what a recipe has beside the optimizer
 */
record OptimizerBench(BenchShape shape, Device device, PluginRegistry registry, String adapter) {

  /** Alternates steps of an optimizer and of its base, so that both see the same machine. */
  ObjectNode compared(String id, int steps) {
    Recipe recipe = registry.recipe(id + adapter);
    Map<String, Component<?>> nested = recipe.optimizer().nested();
    Value.Call base =
        nested.isEmpty() ? Value.Call.word("sgd") : nested.values().iterator().next().canonical();
    Recipe plain = registry.recipe(base + adapter);
    Training training = Training.epochs(1, shape.batch());
    try (StepBench bench = new StepBench(shape, recipe, device, training);
        StepBench other = new StepBench(shape, plain, device, training)) {
      for (int i = 0; i < steps; i++) {
        bench.step(steps);
        other.step(steps);
      }
      StepTimes own = bench.times();
      StepTimes its = other.times();
      return Json.object()
          .put("id", id)
          .put("recipe", recipe.toString())
          .put("base", base.name())
          .put("shape", shape.name())
          .put("device", device.toString())
          .put("passes", recipe.optimizer().traits().cost().passesPerStep())
          .put("steps", steps)
          .put("median_ms", StepBench.rounded(own.wallMillis(), 10))
          .put("base_median_ms", StepBench.rounded(its.wallMillis(), 10))
          .put("ratio", StepBench.rounded(own.wallMillis() / its.wallMillis(), 1000))
          .put("processor_ms", StepBench.rounded(own.processorMillis(), 10))
          .put("base_processor_ms", StepBench.rounded(its.processorMillis(), 10))
          .put(
              "processor_ratio",
              StepBench.rounded(own.processorMillis() / its.processorMillis(), 1000))
          .put(
              "slots_per_parameter",
              StepBench.rounded((double) bench.slotFloats() / bench.trainableFloats(), 1000))
          .put(
              "extra_state_mb",
              StepBench.rounded((bench.slotFloats() - other.slotFloats()) * 4 / 1e6, 10))
          .put("declared_slots", recipe.optimizer().traits().cost().slotsPerParameter());
    }
  }
}
