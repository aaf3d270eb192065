package io.github.palimpsest.execution;

import io.github.palimpsest.api.adapter.Adapter;
import io.github.palimpsest.api.adapter.AdapterProvider;
import io.github.palimpsest.api.component.ComponentId;
import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Settings;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.discovery.PluginOrigin;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.discovery.Registered;
import io.github.palimpsest.api.merger.Merger;
import io.github.palimpsest.api.merger.MergerProvider;
import io.github.palimpsest.api.metric.ForgettingMetric;
import io.github.palimpsest.api.metric.ForgettingMetricProvider;
import io.github.palimpsest.api.metric.ScoreMatrix;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.OptimizerProvider;
import io.github.palimpsest.api.optimizer.Updates;
import io.github.palimpsest.api.regularizer.Regularizer;
import io.github.palimpsest.api.regularizer.RegularizerProvider;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.tensorflow.op.Ops;

/** A registry without plugins: enough components to plan and run the smallest grids. */
final class FakeComponents {
  static final Setting<Double> LR = Setting.real("lr", 0.1, 0, 1e38, "step size");
  static final Setting<Optimizer> BASE = Setting.optimizer("base", "sgd", "what it wraps");

  private FakeComponents() {}

  static PluginRegistry registry() {
    return registry("1.0");
  }

  static PluginRegistry registry(String version) {
    PluginOrigin origin = new PluginOrigin("fakes", version, Path.of("fakes.jar"));
    return new PluginRegistry(
        Stream.of(new Sgd(), new Sam(), new Lora(), new Ewc(), new WiseFt(), new Forgetting())
            .map(p -> new Registered(p, origin))
            .toList());
  }

  private static Traits traits(Cost cost, String... conflicts) {
    return Traits.of(Onset.FIRST_TASK, cost).conflictingWith(conflicts);
  }

  /** Plain descent: {@code w - lr g}. */
  private record Sgd() implements OptimizerProvider {
    @Override
    public ComponentId id() {
      return new ComponentId("sgd");
    }

    @Override
    public String summary() {
      return "plain descent";
    }

    @Override
    public String equation() {
      return "u = -lr g";
    }

    @Override
    public List<Setting<?>> settings() {
      return List.of(LR);
    }

    @Override
    public Traits traits(Settings settings) {
      return FakeComponents.traits(Cost.passes(1));
    }

    @Override
    public Optimizer create(Settings settings) {
      float lr = settings.get(LR).floatValue();
      return c -> {
        Ops tf = c.tf();
        return new Updates(
            c.oracle().gradient(c.params()).tensors().map(g -> tf.math.mul(g, tf.constant(-lr))));
      };
    }
  }

  private record Sam() implements OptimizerProvider {
    @Override
    public ComponentId id() {
      return new ComponentId("sam");
    }

    @Override
    public String summary() {
      return "its base";
    }

    @Override
    public String equation() {
      return "u = base";
    }

    @Override
    public List<Setting<?>> settings() {
      return List.of(BASE);
    }

    @Override
    public Traits traits(Settings settings) {
      return FakeComponents.traits(Cost.passes(2));
    }

    @Override
    public Optimizer create(Settings settings) {
      return settings.get(BASE);
    }
  }

  private record Lora() implements AdapterProvider {
    @Override
    public ComponentId id() {
      return new ComponentId("lora");
    }

    @Override
    public String summary() {
      return "never created";
    }

    @Override
    public String equation() {
      return "W + B A";
    }

    @Override
    public List<Setting<?>> settings() {
      return List.of();
    }

    @Override
    public Traits traits(Settings settings) {
      return FakeComponents.traits(Cost.NONE, "ewc");
    }

    @Override
    public Adapter create(Settings settings) {
      return base -> {
        throw new UnsupportedOperationException("only planned");
      };
    }
  }

  private record Ewc() implements RegularizerProvider {
    @Override
    public ComponentId id() {
      return new ComponentId("ewc");
    }

    @Override
    public String summary() {
      return "never created";
    }

    @Override
    public String equation() {
      return "0";
    }

    @Override
    public List<Setting<?>> settings() {
      return List.of(Setting.real("lambda", 1, 0, 10, "strength"));
    }

    @Override
    public Traits traits(Settings settings) {
      return FakeComponents.traits(Cost.NONE);
    }

    @Override
    public Regularizer create(Settings settings) {
      return site -> {
        throw new UnsupportedOperationException("only planned");
      };
    }
  }

  private record WiseFt() implements MergerProvider {
    @Override
    public ComponentId id() {
      return new ComponentId("wise-ft");
    }

    @Override
    public String summary() {
      return "back to the weights before the task";
    }

    @Override
    public String equation() {
      return "w0";
    }

    @Override
    public List<Setting<?>> settings() {
      return List.of();
    }

    @Override
    public Traits traits(Settings settings) {
      return FakeComponents.traits(Cost.NONE);
    }

    @Override
    public Merger create(Settings settings) {
      return history -> history.beforeTask();
    }
  }

  /** Score lost on the first task. */
  private record Forgetting() implements ForgettingMetricProvider {
    @Override
    public ComponentId id() {
      return new ComponentId("lost");
    }

    @Override
    public String summary() {
      return "what the first task lost";
    }

    @Override
    public String equation() {
      return "R[T, 1] - R[1, 1]";
    }

    @Override
    public List<Setting<?>> settings() {
      return List.of();
    }

    @Override
    public Traits traits(Settings settings) {
      return FakeComponents.traits(Cost.NONE);
    }

    @Override
    public ForgettingMetric create(Settings settings) {
      return new ForgettingMetric() {
        @Override
        public boolean higherIsBetter() {
          return false;
        }

        @Override
        public OptionalDouble of(ScoreMatrix scores) {
          return OptionalDouble.of(scores.after(scores.tasks() - 1, 0) - scores.after(0, 0));
        }
      };
    }
  }
}
