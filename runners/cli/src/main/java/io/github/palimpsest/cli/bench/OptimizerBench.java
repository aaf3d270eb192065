package io.github.palimpsest.cli.bench;

import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.discovery.Recipe;
import io.github.palimpsest.api.recipe.Value;
import io.github.palimpsest.engine.Training;
import io.github.palimpsest.engine.device.Device;
import java.util.Map;

/**
 * The times of an optimizer's steps next to those of the optimizer that it wraps, or of sgd.
 *
 * @param training how a step is trained
 * @param adapter the part of the recipe after the optimizer
 */
record OptimizerBench(
    BenchShape shape, Device device, Training training, PluginRegistry registry, String adapter) {

  /** An optimizer and its base: times in milliseconds a step, of the clock and the processors. */
  record Compared(
      String id,
      String recipe,
      String base,
      String shape,
      String device,
      int towers,
      double passes,
      int steps,
      double medianMs,
      double baseMedianMs,
      double ratio,
      double processorMs,
      double baseProcessorMs,
      double processorRatio,
      double slotsPerParameter,
      double extraStateMb,
      double declaredSlots) {}

  /** Alternates steps of an optimizer and of its base, so that both see the same load. */
  Compared compared(String id, int steps) {
    Recipe recipe = registry.recipe(id + adapter);
    Map<String, Component<?>> nested = recipe.optimizer().nested();
    Value.Call base =
        nested.isEmpty() ? Value.Call.word("sgd") : nested.values().iterator().next().canonical();
    Recipe plain = registry.recipe(base + adapter);
    try (StepBench bench = new StepBench(shape, recipe, device, training);
        StepBench other = new StepBench(shape, plain, device, training)) {
      for (int i = 0; i < steps; i++) {
        bench.step(steps);
        other.step(steps);
      }
      StepTimes own = bench.times();
      StepTimes its = other.times();
      double passes = recipe.optimizer().traits().cost().passesPerStep();
      return new Compared(
          id,
          recipe.toString(),
          base.name(),
          shape.name(),
          device.toString(),
          training.towers(),
          passes,
          steps,
          StepBench.rounded(own.wallMillis(), 10),
          StepBench.rounded(its.wallMillis(), 10),
          StepBench.rounded(own.wallMillis() / its.wallMillis(), 1000),
          StepBench.rounded(own.processorMillis(), 10),
          StepBench.rounded(its.processorMillis(), 10),
          StepBench.rounded(own.processorMillis() / its.processorMillis(), 1000),
          StepBench.rounded((double) bench.slotFloats() / bench.trainableFloats(), 1000),
          StepBench.rounded((bench.slotFloats() - other.slotFloats()) * 4 / 1e6, 10),
          recipe.optimizer().traits().cost().slotsPerParameter());
    }
  }
}
