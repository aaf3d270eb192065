package io.github.palimpsest.results.text;

import io.github.palimpsest.results.analysis.ProbeAssociation;
import io.github.palimpsest.results.analysis.ProbedRun;
import io.github.palimpsest.results.folder.CellResult;
import io.github.palimpsest.results.folder.StageProbe;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * Joins the probes of stages with the forgetting that followed in the finished cells. Cells with a
 * merger are left out: it changes the weights between the probe and the scores.
 */
final class ProbedStages {
  /** Numbers of probes that are no measure of sharpness or distance. */
  private static final List<String> PLAIN = List.of("loss", "iterations", "standard-error");

  private final Results results;
  private final Map<String, List<StageProbe>> byStage;

  /** A number of a probe after a task. */
  private record Subject(int task, String probe) {}

  /** What was trained from one first stage. */
  private record Run(String recipe, long seed) {}

  /** A training of a task in a run. */
  private record Probed(StageProbe stage, double value, List<Double> forgetting) {}

  ProbedStages(Results results) {
    this.results = results;
    this.byStage = results.stageProbes().stream().collect(Collectors.groupingBy(StageProbe::stage));
  }

  /** The associations, by task and probe in the order of the folder. */
  List<ProbeAssociation> associations() {
    Map<Subject, Map<Run, Map<String, Probed>>> all = new LinkedHashMap<>();
    for (Results.Row row : results.rows()) {
      row.cells().stream().filter(c -> !c.result().hasMerger()).forEach(c -> add(c, all));
    }
    List<String> tasks =
        results.rows().isEmpty()
            ? List.of()
            : results.rows().get(0).cells().get(0).result().tasks();
    List<ProbeAssociation> found = new ArrayList<>();
    all.forEach(
        (subject, runs) ->
            found.add(
                ProbeAssociation.of(
                    tasks.get(subject.task() - 1),
                    tasks.get(subject.task()),
                    subject.probe(),
                    runs.entrySet().stream().map(e -> run(e.getKey(), e.getValue())).toList())));
    return ProbeAssociation.adjusted(found);
  }

  private void add(Results.Finished cell, Map<Subject, Map<Run, Map<String, Probed>>> into) {
    List<String> chain = cell.times().stages();
    for (int task = 1; task < Math.min(chain.size(), cell.result().tasks().size()); task++) {
      double forgetting = forgetting(cell.result(), task);
      if (Double.isNaN(forgetting)) {
        continue;
      }
      for (StageProbe p : byStage.getOrDefault(chain.get(task - 1), List.of())) {
        for (Map.Entry<String, Double> value : p.summary().entrySet()) {
          if (!PLAIN.contains(value.getKey())) {
            String name = p.probe() + ", " + value.getKey() + ", " + p.examples() + " examples";
            into.computeIfAbsent(new Subject(task, name), s -> new LinkedHashMap<>())
                .computeIfAbsent(new Run(p.first(), p.seed()), r -> new LinkedHashMap<>())
                .computeIfAbsent(
                    p.recipe(), r -> new Probed(p, value.getValue(), new ArrayList<>()))
                .forgetting()
                .add(forgetting);
          }
        }
      }
    }
  }

  /** How much worse the score of a task is after the next one; NaN without one of the scores. */
  private static double forgetting(CellResult result, int task) {
    double[][] after = result.scores().after();
    if (after.length <= task || after[task].length < task || after[task - 1].length < task) {
      return Double.NaN;
    }
    double lost = after[task - 1][task - 1] - after[task][task - 1];
    return result.higherIsBetter() ? lost : -lost;
  }

  private static ProbedRun run(Run run, Map<String, Probed> trainings) {
    Collection<Probed> all = trainings.values();
    return new ProbedRun(
        run.recipe(),
        run.seed(),
        mean(all, Probed::value),
        mean(all, p -> p.stage().loss()),
        mean(all, p -> p.stage().distance()),
        mean(all, p -> p.forgetting().stream().mapToDouble(x -> x).average().orElse(Double.NaN)),
        all.stream().mapToInt(p -> p.forgetting().size()).sum());
  }

  private static double mean(Collection<Probed> all, ToDoubleFunction<Probed> number) {
    return all.stream().mapToDouble(number).average().orElse(Double.NaN);
  }
}
