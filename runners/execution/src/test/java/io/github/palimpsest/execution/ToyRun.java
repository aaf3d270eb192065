package io.github.palimpsest.execution;

import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.experiment.file.Experiment;
import io.github.palimpsest.experiment.file.ExperimentFile;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.results.folder.FolderLayout;
import io.github.palimpsest.results.folder.LossLog;
import io.github.palimpsest.storage.Quarantine;
import io.github.palimpsest.storage.Sha256Sums;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The smallest experiment, its runs, and what they leave. */
public final class ToyRun {
  /** Nothing shared between cells. */
  static final RunSettings SEPARATE =
      new RunSettings(
          RunSettings.Sharing.SEPARATE, RunSettings.Patience.KEEP_GOING, RunSettings.ANY_SIZE);

  private ToyRun() {}

  /** Two tasks of 15 steps, one seed. */
  public static Plan plan(String axes, String... shared) {
    return plan(FakeComponents.registry(), axes, shared);
  }

  /** As {@link #plan(String, String...)}, with components of other plugins as well. */
  public static Plan plan(PluginRegistry registry, String axes, String... shared) {
    return trained("{epochs: 3, batch: 4, checkpoint-every: 2}", registry, axes, shared);
  }

  private static Plan trained(
      String training, PluginRegistry registry, String axes, String... shared) {
    TreeMap<String, String> values = new TreeMap<>();
    for (int i = 0; i < shared.length; i += 2) {
      values.put(shared[i], shared[i + 1]);
    }
    String text =
        """
        name: toy
        model: none
        tasks:
          - {name: a, data: a.json, format: instructions, measure: exact-match, held-out: 1}
          - {name: b, data: b.json, format: instructions, measure: exact-match, held-out: 1}
        evaluation:
          - {name: kept, data: k.json, format: instructions, measure: exact-match}
        training: TRAINING
        seeds: [1]
        axes: AXES
        """
            .replace("AXES", axes)
            .replace("TRAINING", training);
    Experiment e = ExperimentFile.parse("toy.yaml", text, Path.of("."), Map.of());
    return Plan.of(e, registry, values);
  }

  /** As {@link #plan(String, String...)}, with scores at steps 0, 5, 10 and 15 of each stage. */
  public static Plan pointed(String axes, String... shared) {
    return trained(
        "{epochs: 3, batch: 4, checkpoint-every: 2, evaluation-points: 3}",
        FakeComponents.registry(),
        axes,
        shared);
  }

  /** One cell of two tasks of two steps, a checkpoint between them. */
  public static Plan shortest() {
    return shortest("{optimizer: [sgd]}");
  }

  /** Cells of two tasks of two steps. */
  public static Plan shortest(String axes) {
    return trained(
        "{epochs: 1, steps: 2, batch: 4, checkpoint-every: 1}", FakeComponents.registry(), axes);
  }

  public static ExperimentRun.Summary run(Plan plan, Path out, RunListener listener) {
    return run(plan, RunSettings.DEFAULT, out, listener);
  }

  public static ExperimentRun.Summary run(
      Plan plan, RunSettings settings, Path out, RunListener listener) {
    try (ToySubject subject = new ToySubject()) {
      return ExperimentRun.run(plan, settings, subject, out, listener);
    }
  }

  /** The bytes of every result, of what was planned and of what is shared, by path. */
  public static SortedMap<String, String> content(Path out) throws IOException {
    TreeMap<String, String> all = new TreeMap<>();
    try (Stream<Path> files = Files.walk(out)) {
      for (Path f : files.filter(Files::isRegularFile).toList()) {
        String path = out.relativize(f).toString();
        if (!f.endsWith(FolderLayout.TIMING)
            && !f.endsWith(Sha256Sums.FILE) // it has that of the times
            && !path.startsWith(Quarantine.FOLDER)
            && !path.startsWith("stages")
            && !path.startsWith("scores")) {
          all.put(path, Files.readString(f));
        }
      }
    }
    return all;
  }

  /** The bytes of every stage's log of losses, by path. */
  public static SortedMap<String, String> losses(Path out) throws IOException {
    TreeMap<String, String> all = new TreeMap<>();
    try (Stream<Path> files = Files.walk(out.resolve("stages"))) {
      for (Path f : files.filter(f -> f.endsWith(LossLog.FILE)).toList()) {
        all.put(out.relativize(f).toString(), Files.readString(f));
      }
    }
    return all;
  }

  /** Notes the task and the step of all that is trained. */
  public static class Steps implements RunListener {
    public final List<String> tasks = new ArrayList<>();
    public final List<Long> steps = new ArrayList<>();

    @Override
    public synchronized void on(RunEvent event) {
      if (event instanceof RunEvent.Step step) {
        tasks.add(step.task());
        steps.add(step.stepsOfCell());
      }
    }
  }
}
