package io.github.palimpsest.execution;

import io.github.palimpsest.api.adapter.AdapterProvider;
import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Kind;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Settings;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.discovery.PluginOrigin;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.discovery.Plugins;
import io.github.palimpsest.api.discovery.Registered;
import io.github.palimpsest.api.merger.MergerProvider;
import io.github.palimpsest.api.merger.ReadsHistory;
import io.github.palimpsest.api.metric.ForgettingMetric;
import io.github.palimpsest.api.metric.ForgettingMetricProvider;
import io.github.palimpsest.api.metric.NeedsReferences;
import io.github.palimpsest.api.metric.ReferenceTraining;
import io.github.palimpsest.api.metric.ScoreMatrix;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.OptimizerProvider;
import io.github.palimpsest.api.optimizer.Updates;
import io.github.palimpsest.api.regularizer.RegularizerProvider;
import java.nio.file.Path;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Stream;
import org.tensorflow.op.Ops;

/**
 * A registry of fakes and the usual formats and measures: enough components to plan and run the
 * smallest grids.
 */
final class FakeComponents {
  static final Setting<Double> LR = Setting.real("lr", 0.1, 0, 1e38, "step size");
  static final Setting<Optimizer> BASE = Setting.optimizer("base", "sgd", "what it wraps");

  private static final OptimizerProvider SGD =
      OptimizerProvider.of("sgd", "plain descent", "u = -lr g")
          .settings(LR)
          .traits(traits(Cost.passes(1)))
          .creates(FakeComponents::descent);

  private static final OptimizerProvider SAM =
      OptimizerProvider.of("sam", "its base", "u = base")
          .settings(BASE)
          .traits(traits(Cost.passes(2)))
          .creates(s -> s.get(BASE));

  private static final AdapterProvider LORA =
      AdapterProvider.of("lora", "never created", "W + B A")
          .traits(traits(Cost.NONE).conflictingWith("ewc"))
          .creates(
              s ->
                  base -> {
                    throw new UnsupportedOperationException("only planned");
                  });

  private static final RegularizerProvider EWC =
      RegularizerProvider.of("ewc", "never created", "0")
          .settings(Setting.real("lambda", 1, 0, 10, "strength"))
          .traits(traits(Cost.NONE))
          .creates(
              s ->
                  site -> {
                    throw new UnsupportedOperationException("only planned");
                  });

  private static final MergerProvider WISE_FT =
      MergerProvider.of("wise-ft", "back to the weights before the task", "w0")
          .traits(traits(Cost.NONE))
          .creates(s -> history -> history.beforeTask());

  private static final MergerProvider UNDO =
      MergerProvider.of("undo", "back to the weights before any task, at the end", "w0")
          .traits(Traits.of(Onset.AFTER_TRAINING, Cost.NONE))
          .creates(s -> history -> history.pretrained());

  private static final MergerProvider FIRST =
      MergerProvider.of("first", "back to the weights after the first task, at the end", "w1")
          .traits(Traits.of(Onset.AFTER_TRAINING, Cost.NONE))
          .with(ReadsHistory.class, s -> true)
          .creates(s -> history -> history.after(0));

  private static final ForgettingMetricProvider LOST =
      ForgettingMetricProvider.of("lost", "what the first task lost", "R[T, 1] - R[1, 1]")
          .traits(traits(Cost.NONE))
          .creates(s -> new Lost());

  static final Setting<ReferenceTraining> REFERENCE =
      Setting.choice("reference", ReferenceTraining.class, ReferenceTraining.JOINT, "its training");

  private static final ForgettingMetricProvider MISSED =
      ForgettingMetricProvider.of("missed", "what a reference learns better", "a[k] - R[k, k]")
          .settings(REFERENCE)
          .traits(traits(Cost.NONE))
          .with(NeedsReferences.class, s -> s.get(REFERENCE))
          .creates(s -> new Missed());

  private FakeComponents() {}

  static PluginRegistry registry() {
    return registry("1.0");
  }

  static PluginRegistry registry(String version) {
    PluginOrigin origin = new PluginOrigin("fakes", version, Path.of("fakes.jar"));
    Stream<Registered> fakes =
        Stream.of(SGD, SAM, LORA, EWC, WISE_FT, UNDO, FIRST, LOST, MISSED)
            .map(p -> new Registered(p, origin));
    Stream<Registered> usual =
        Plugins.onClassPath().all().stream()
            .filter(r -> Set.of(Kind.FORMAT, Kind.MEASURE).contains(r.provider().kind()));
    return new PluginRegistry(Stream.concat(fakes, usual).toList());
  }

  private static Traits traits(Cost cost) {
    return Traits.of(Onset.FIRST_TASK, cost);
  }

  /** Plain descent: {@code w - lr g}. */
  private static Optimizer descent(Settings settings) {
    float lr = settings.get(LR).floatValue();
    return c -> {
      Ops tf = c.tf();
      return new Updates(
          c.oracle().gradient(c.params()).tensors().map(g -> tf.math.mul(g, tf.constant(-lr))));
    };
  }

  /** Score lost on the first task. */
  private static final class Lost implements ForgettingMetric {
    @Override
    public boolean higherIsBetter() {
      return false;
    }

    @Override
    public OptionalDouble of(ScoreMatrix scores) {
      return OptionalDouble.of(scores.after(scores.tasks() - 1, 0) - scores.after(0, 0));
    }
  }

  /** The mean score that reference models have more. */
  private static final class Missed implements ForgettingMetric {
    @Override
    public boolean higherIsBetter() {
      return false;
    }

    @Override
    public OptionalDouble of(ScoreMatrix scores) {
      double sum = 0;
      for (int k = 0; k < scores.tasks(); k++) {
        sum += scores.reference(k) - scores.after(k, k);
      }
      return Double.isNaN(sum) ? OptionalDouble.empty() : OptionalDouble.of(sum / scores.tasks());
    }
  }
}
