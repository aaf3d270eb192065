package io.github.palimpsest.execution.probe;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.discovery.Recipe;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.probe.Probe;
import io.github.palimpsest.engine.Seats;
import io.github.palimpsest.experiment.plan.Cell;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.experiment.plan.RecipeLabel;
import io.github.palimpsest.experiment.plan.Stage;
import io.github.palimpsest.experiment.plan.StageLoops;
import io.github.palimpsest.experiment.subject.Spread;
import io.github.palimpsest.experiment.subject.Subject;
import io.github.palimpsest.results.folder.StageProbe;
import io.github.palimpsest.storage.DamagedFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Measures stages with probes before the next stage: at the weights after the stage's last step,
 * with an adapter merged and before any merger, on the stage's own training examples. A stage that
 * cells share is measured once. Every stage sees the same random stream. Existing measurements are
 * not repeated.
 */
public final class StageProbeRun {
  private final Plan plan;
  private final Subject subject;
  private final int examples;
  private final ProbeListener listener;
  private final ProbeStore store;

  /**
   * @param plan the plan of the folder
   * @param subject the model and data
   * @param folder the output folder
   * @param examples the number of examples for the loss, spread evenly; 0 for all
   * @param listener receives all events
   */
  public StageProbeRun(
      Plan plan, Subject subject, Path folder, int examples, ProbeListener listener) {
    this.plan = plan;
    this.subject = subject;
    this.examples = examples;
    this.listener = listener;
    this.store = new ProbeStore(plan, folder);
  }

  /**
   * The stages of cells that another stage follows, each once.
   *
   * @throws PalimpsestException if a cell has no weights in the folder
   */
  public List<Stage> stages(List<Cell> cells) {
    Map<String, Stage> stages = new LinkedHashMap<>();
    for (Cell cell : cells) {
      List<Stage> chain = store.chain(cell);
      chain.subList(0, chain.size() - 1).forEach(stage -> stages.putIfAbsent(stage.id(), stage));
    }
    return List.copyOf(stages.values());
  }

  /**
   * Measures. A probe that fails on a stage is told to the listener, and the others go on; so is a
   * stage whose state has been removed to save space.
   *
   * @param stages the stages
   * @param probes the probes
   * @return the measurements that there are, stage by stage
   * @throws DamagedFileException if a stage's state is damaged; a run trains it again
   */
  public List<StageProbe> measure(List<Stage> stages, List<Component<Probe>> probes) {
    List<StageProbe> all = new ArrayList<>();
    for (Stage stage : stages) {
      String on = plan.experiment().tasks().get(stage.task()).name();
      List<Example> own = Spread.over(subject.examples(on), examples);
      List<Component<Probe>> missing =
          store.missing(
              stage.id(),
              probes,
              probe -> file(stage, probe, on, own.size()),
              StageProbe.class,
              listener,
              all);
      if (!missing.isEmpty() && store.stages().trained(stage)) {
        all.addAll(measure(stage, missing, on, own));
      } else {
        missing.forEach(
            probe ->
                listener.failed(
                    stage.id(),
                    probe,
                    "the state of this stage was removed to save space; a run of the experiment"
                        + " with 'probes:' keeps it"));
      }
    }
    return all;
  }

  private List<StageProbe> measure(
      Stage stage, List<Component<Probe>> probes, String on, List<Example> own) {
    List<StageProbe> all = new ArrayList<>();
    try (ProbedWeights at =
        new ProbedWeights(plan, subject, listener, stage.id(), weights(stage), stage.seed(), own)) {
      double loss = at.loss();
      double distance = at.distance();
      for (Component<Probe> probe : probes) {
        at.take(probe)
            .ifPresent(
                taken -> {
                  StageProbe measurement =
                      new StageProbe(
                          stage.id(),
                          stage.task() + 1,
                          RecipeLabel.of(stage.recipe(), plan.registry()),
                          RecipeLabel.of(first(stage).recipe(), plan.registry()),
                          stage.seed(),
                          RecipeLabel.of(probe, plan.registry()),
                          on,
                          own.size(),
                          loss,
                          distance,
                          taken.values(),
                          taken.cost());
                  measurement.write(file(stage, probe, on, own.size()));
                  listener.measured(stage.id());
                  all.add(measurement);
                });
      }
    }
    return all;
  }

  private static Stage first(Stage stage) {
    Stage first = stage;
    for (Stage parent = stage.parent(); parent != null; parent = parent.parent()) {
      first = parent;
    }
    return first;
  }

  private WeightSnapshot weights(Stage stage) {
    Recipe r = stage.recipe();
    Recipe trained =
        new Recipe(r.optimizer(), r.adapter(), r.regularizers(), r.rehearsal(), List.of());
    return new StageLoops(plan, subject)
        .loop(stage, Seats.of(trained), store.stages().folder(stage))
        .weights();
  }

  private Path file(Stage stage, Component<Probe> probe, String on, int count) {
    return store.layout().stageProbe(stage.id(), store.id(probe, on, count));
  }
}
