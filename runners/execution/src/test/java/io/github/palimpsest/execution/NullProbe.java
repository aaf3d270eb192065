package io.github.palimpsest.execution;

import io.github.palimpsest.api.component.ComponentId;
import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Settings;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.discovery.PluginOrigin;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.discovery.Registered;
import io.github.palimpsest.api.probe.Probe;
import io.github.palimpsest.api.probe.ProbeProvider;
import io.github.palimpsest.api.probe.ProbeSite;
import io.github.palimpsest.experiment.plan.Plan;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/** A probe that looks at nothing. */
record NullProbe() implements ProbeProvider, Probe {
  /** The fakes and this probe. */
  static PluginRegistry registry() {
    return added(FakeComponents.registry());
  }

  private static PluginRegistry added(PluginRegistry registry) {
    Registered probe =
        new Registered(new NullProbe(), new PluginOrigin("fakes", "1.0", Path.of("fakes.jar")));
    return new PluginRegistry(Stream.concat(registry.all().stream(), Stream.of(probe)).toList());
  }

  /** A plan whose registry has this probe too. */
  static Plan added(Plan plan) {
    return new Plan(
        plan.experiment(),
        added(plan.registry()),
        plan.shared(),
        plan.cells(),
        plan.excluded(),
        plan.selected(),
        plan.metrics());
  }

  @Override
  public ComponentId id() {
    return new ComponentId("null-probe");
  }

  @Override
  public String summary() {
    return "nothing";
  }

  @Override
  public String equation() {
    return "1";
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of();
  }

  @Override
  public Traits traits(Settings settings) {
    return Traits.of(Onset.FIRST_TASK, Cost.NONE);
  }

  @Override
  public Probe create(Settings settings) {
    return this;
  }

  @Override
  public long passes() {
    return 0;
  }

  @Override
  public SortedMap<String, Double> measure(ProbeSite site, RandomGenerator rng) {
    return new TreeMap<>(java.util.Map.of("one", 1.0));
  }
}
