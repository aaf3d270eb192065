package com.acme.tuning;

import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.discovery.Plugins;
import io.github.palimpsest.execution.RunEvent;
import io.github.palimpsest.execution.RunListener;
import io.github.palimpsest.execution.library.ExperimentBuilder;
import io.github.palimpsest.execution.library.ExperimentResults;
import io.github.palimpsest.execution.library.Palimpsest;
import io.github.palimpsest.execution.library.RecipeResult;
import io.github.palimpsest.execution.library.Task;
import java.nio.file.Path;
import java.util.Comparator;

/** Trains recipes on one task after another, and saves the model that forgot least. */
final class TuningService {
  private final PluginRegistry components;

  /**
   * @param plugins a folder of third-party JARs
   */
  TuningService(Path plugins) {
    components = Plugins.onClassPath().with(new AcmePlugin()).withFolder(plugins);
  }

  private ExperimentBuilder experiment() {
    return Palimpsest.experiment("nightly", components)
        .model("quickstart") // or the folder of a Hugging Face model
        .task(Task.of("facts", "quickstart:facts"))
        .task(Task.of("sorting", "quickstart:sorting"))
        .recipe("acme.descent(lr=0.1)")
        .recipe("acme.descent(lr=0.1) + acme.anchor(lambda=1)")
        .seeds(1, 2)
        .metrics("forgetting", "acme.lost-ground")
        .steps(20)
        .batch(8);
  }

  /** Trains what has no result in the folder yet. */
  ExperimentResults train(Path folder, Progress progress) {
    return experiment()
        .run(
            folder,
            new RunListener() {
              @Override
              public void on(RunEvent event) {
                if (event instanceof RunEvent.Step step) {
                  progress.trained(step.task(), step.step(), step.steps());
                }
              }

              @Override
              public boolean stops() {
                return progress.cancelled();
              }
            });
  }

  /** Saves the best of the models of a finished run. */
  RecipeResult saveBest(ExperimentResults results, Path folder, Path model) {
    RecipeResult best =
        results.all().stream()
            .min(Comparator.comparingDouble(r -> r.metric("acme.lost-ground")))
            .orElseThrow();
    experiment().save(folder, best, model);
    return best;
  }
}
