package io.github.palimpsest.execution.library;

import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.discovery.Plugins;

/**
 * The entry point for programs that train recipes without an experiment file and without the
 * command.
 *
 * <pre>{@code
 * ExperimentResults results =
 *     Palimpsest.experiment("two-tasks")
 *         .model("quickstart")
 *         .task(Task.of("facts", "quickstart:facts"))
 *         .task(Task.of("sorting", "quickstart:sorting"))
 *         .recipe("adamw(lr=1e-3) + ewc(lambda=10000)")
 *         .run();
 * }</pre>
 *
 * <p>Components are those of the plugins on the class path, unless a registry is given. Several
 * experiments may run at a time, each in a folder of its own.
 */
public final class Palimpsest {
  private Palimpsest() {}

  /**
   * An experiment without a model, tasks and recipes yet.
   *
   * @param name its name in messages and results
   */
  public static ExperimentBuilder experiment(String name) {
    return experiment(name, Plugins.onClassPath());
  }

  /**
   * An experiment without a model, tasks and recipes yet.
   *
   * @param name its name in messages and results
   * @param registry where all components come from; any number of experiments may share it
   */
  public static ExperimentBuilder experiment(String name, PluginRegistry registry) {
    return new ExperimentBuilder(name, registry);
  }
}
