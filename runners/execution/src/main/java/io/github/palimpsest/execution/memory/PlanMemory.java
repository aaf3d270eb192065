package io.github.palimpsest.execution.memory;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.api.discovery.Recipe;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.decoder.DecoderModel;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.engine.weights.FrozenWeights;
import io.github.palimpsest.experiment.file.DataSet;
import io.github.palimpsest.experiment.file.Experiment;
import io.github.palimpsest.experiment.plan.ActingRecipe;
import io.github.palimpsest.experiment.plan.Cell;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.experiment.plan.StageLoops;
import io.github.palimpsest.experiment.subject.ScoredBatch;
import io.github.palimpsest.experiment.subject.Subject;
import io.github.palimpsest.llm.score.ModelLogLikelihoods;
import io.github.palimpsest.results.folder.Json;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The predicted memory of a worker: that of the cell that needs most.
 *
 * @param recipe the recipe of that cell
 * @param estimate its memory
 * @param devices the memory of each device, if several share the model; else empty
 */
public record PlanMemory(Recipe recipe, MemoryEstimate estimate, List<DeviceMemory> devices) {
  /** Examples of which the longest is looked for; of more, it is the longest possible. */
  private static final int MOST_EXAMPLES = 100_000;

  /** Copies the list. */
  public PlanMemory {
    devices = List.copyOf(devices);
  }

  /**
   * The memory of a plan.
   *
   * @param workers the processes that share the processors
   * @return empty if the plan has no cell, or the model is no decoder
   */
  public static Optional<PlanMemory> of(Plan plan, Subject subject, int workers) {
    if (plan.cells().isEmpty() || !(subject.model() instanceof DecoderModel model)) {
      return Optional.empty();
    }
    Experiment e = plan.experiment();
    List<TaskData> tasks = new StageLoops(plan, subject).tasks();
    int longest = tasks.stream().mapToInt(t -> longest(t, e, model)).max().orElse(1);
    List<ScoredBatch> scored =
        Stream.concat(e.tasks().stream(), e.evaluation().stream())
            .map(DataSet::name)
            .map(subject::largestBatch)
            .map(batch -> sideBySide(batch, model, e.device(), workers))
            .toList();
    boolean bfloat16 = isBfloat16(model, subject.pretrained(plan.cells().get(0).seed()));
    Map<String, Recipe> recipes = new LinkedHashMap<>();
    for (Cell cell : plan.cells()) {
      for (Recipe acting : ActingRecipe.ofEachTask(cell.recipe(), tasks.size())) {
        recipes.putIfAbsent(acting.toString(), acting);
      }
    }
    return recipes.values().stream()
        .map(
            r ->
                of(
                    e,
                    new Workload(model, r, e.training(), longest, tasks.size(), scored, bfloat16)))
        .max(Comparator.comparingLong(m -> m.estimate().bytes()));
  }

  /** Batches that are computed at once, as one. */
  private static ScoredBatch sideBySide(
      ScoredBatch batch, DecoderModel model, Device device, int workers) {
    int each = Device.processorsOfEach(workers, Runtime.getRuntime().availableProcessors());
    int runs = Math.min(each, device.sideBySide(model.parameters()));
    int atOnce =
        batch.generated()
            ? 1
            : ModelLogLikelihoods.atOnce(model, runs, batch.rows(), batch.tokens());
    return new ScoredBatch(atOnce * batch.rows(), batch.tokens(), batch.generated());
  }

  private static PlanMemory of(Experiment e, Workload w) {
    return new PlanMemory(
        w.recipe(),
        PeakModel.of(w),
        e.device().several() ? DeviceMemory.of(w, e.device()) : List.of());
  }

  /** A line for each device, if several share the model. */
  public String devicesText() {
    StringBuilder text = new StringBuilder(devices.isEmpty() ? "" : "\nPer device\n\n");
    for (DeviceMemory d : devices) {
      text.append(
          String.format(
              Locale.ROOT, "  %-13s %,9.0f MB  %s%n", d.device(), d.bytes() / 1e6, d.meaning()));
    }
    return text.toString();
  }

  /** The memory of each device, if several share the model. */
  public Optional<ArrayNode> devicesJson() {
    if (devices.isEmpty()) {
      return Optional.empty();
    }
    ArrayNode all = Json.object().putArray("devices");
    for (DeviceMemory d : devices) {
      all.addObject()
          .put("device", d.device().toString())
          .put("layers", d.layers())
          .put("bytes", d.bytes());
    }
    return Optional.of(all);
  }

  /** Judged by the smallest matrix, since to read a whole large model takes long. */
  private static boolean isBfloat16(DecoderModel model, WeightSnapshot weights) {
    return model.parameters().stream()
        .filter(p -> p.shape().rank() == 2)
        .min(Comparator.comparingLong(p -> p.shape().size()))
        .map(p -> !FrozenWeights.inBfloat16(List.of(p), weights).isEmpty())
        .orElse(false);
  }

  /** A warning that the workers of a plan do not fit into this machine; empty if they do. */
  public static Optional<String> warning(Plan plan, Subject subject, int workers) {
    return of(plan, subject, workers).flatMap(m -> m.warning(plan, workers));
  }

  /** The same for memory that is known. On a GPU most of it is not the machine's. */
  public Optional<String> warning(Plan plan, int workers) {
    if (plan.experiment().device().gpu()) {
      return Optional.empty();
    }
    return MachineMemory.warning(workers, estimate.bytes(), MachineMemory.bytes())
        .map(w -> w + " (most with " + recipe + ")");
  }

  private static int longest(TaskData task, Experiment e, DecoderModel model) {
    List<Example> examples = task.examples();
    int most = e.maxLength() == 0 ? model.spec().positions() : e.maxLength();
    return examples.size() > MOST_EXAMPLES
        ? most
        : examples.stream().mapToInt(Example::tokens).max().orElse(1);
  }
}
