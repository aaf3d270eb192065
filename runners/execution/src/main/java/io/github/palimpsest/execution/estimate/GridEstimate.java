package io.github.palimpsest.execution.estimate;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.discovery.Recipe;
import io.github.palimpsest.api.model.AttentionSpec;
import io.github.palimpsest.decoder.DecoderModel;
import io.github.palimpsest.engine.differentiation.Recompute;
import io.github.palimpsest.execution.memory.DeviceMemory;
import io.github.palimpsest.execution.memory.MemoryEstimate;
import io.github.palimpsest.execution.memory.PeakModel;
import io.github.palimpsest.execution.memory.Workload;
import io.github.palimpsest.experiment.file.Budget;
import io.github.palimpsest.experiment.file.DataAddress;
import io.github.palimpsest.experiment.file.DataSet;
import io.github.palimpsest.experiment.file.Experiment;
import io.github.palimpsest.experiment.plan.ActingRecipe;
import io.github.palimpsest.experiment.plan.InputRooms;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.experiment.plan.SharedInputs;
import io.github.palimpsest.experiment.plan.Stage;
import io.github.palimpsest.experiment.plan.StageLoops;
import io.github.palimpsest.experiment.plan.Stages;
import io.github.palimpsest.experiment.subject.ModelOrigin;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Passes, arithmetic and memory of an experiment whose data, weights and tokenizer are not at hand.
 * The number of training examples is what the file says: {@code examples}, or {@code limit} without
 * {@code held-out}; or what is generated, which no file holds. With N the kernels' parameters
 * without the embedding, L layers, q the width of all queries and n the tokens of an example, a
 * pass over one token takes
 *
 * <pre>
 *   6 N + 12 L q n     operations, forward 2 N + 4 L q n, backward twice as many
 * </pre>
 *
 * <p>and a third more if whole layers are computed twice. Scores are not included.
 *
 * @param plan the plan; its ids are not those of a run, which knows the data
 * @param stages its stages
 * @param model the model that the configuration describes
 * @param tokens the tokens of an example
 */
public record GridEstimate(Plan plan, Stages stages, DecoderModel model, int tokens) {
  private static final int MOST_DEVICES = 64;

  /**
   * Reads the configuration of an experiment's model, unless it is generated, and nothing else.
   *
   * @param tokens the mean tokens of an example; empty for the largest number, an upper bound
   * @throws PalimpsestException if the model is a classifier, the file says nothing about the
   *     number of examples of data that are read, or the model has fewer positions than an example
   *     has tokens
   */
  public static GridEstimate of(Experiment e, PluginRegistry registry, OptionalInt tokens) {
    if (e.classifier().isPresent()) {
      throw e.place()
          .error("an estimate is of a model with a config.json: '" + e.model() + "' has none");
    }
    DecoderModel model = ModelOrigin.of(e).configured(registry);
    e.tasks().forEach(GridEstimate::examples);
    SortedMap<String, String> shared = new TreeMap<>(SharedInputs.training(e));
    shared.put("estimate", "without data and weights");
    Plan plan = Plan.of(e, registry, shared);
    InputRooms.require(plan, model);
    int most = e.maxLength() == 0 ? model.spec().positions() : e.maxLength();
    int used = tokens.orElse(most);
    if (used > most) {
      throw new PalimpsestException(
          "an example of " + used + " tokens is longer than the experiment's limit, " + most);
    }
    return new GridEstimate(plan, Stages.of(plan, true), model, used);
  }

  private static int examples(DataSet task) {
    int made = DataAddress.madeRecords(task).orElse(0);
    int read = made > 0 && (task.limit() == 0 || made < task.limit()) ? made : task.limit();
    int left = read - task.heldOut();
    boolean fewer = task.examples() > 0 && (left <= 0 || task.examples() < left);
    int stated = fewer ? task.examples() : left;
    if (stated <= 0) {
      throw task.place()
          .error(
              "task '"
                  + task.name()
                  + "' needs 'examples: N' (or 'limit') for an estimate, which reads no data");
    }
    return stated;
  }

  /** The steps of all these trainings; one that occurs twice counts twice. */
  public long steps(Collection<Stage> trainings) {
    return trainings.stream().mapToLong(this::steps).sum();
  }

  private long steps(Stage stage) {
    Experiment e = plan.experiment();
    return StageLoops.steps(e, stage, task -> examples(e.tasks().get(task)));
  }

  /** The forward-and-backward passes of all these trainings, as their components declare them. */
  public double passes(Collection<Stage> trainings) {
    return trainings.stream()
        .mapToDouble(s -> Budget.cost(s.recipe()).passesPerStep() * steps(s))
        .sum();
  }

  /** The operations of all these trainings, multiplications and additions counted separately. */
  public double operations(Collection<Stage> trainings) {
    double batch = plan.experiment().training().batchSize();
    return trainings.stream()
        .mapToDouble(
            s ->
                passes(List.of(s))
                    * batch
                    * (tokens + InputRooms.rows(s.recipe(), model))
                    * operationsPerToken())
        .sum();
  }

  /** The operations of a pass, for one token. */
  double operationsPerToken() {
    AttentionSpec attention = model.spec().attention();
    long table = (long) model.spec().vocabulary() * model.spec().width();
    // a tied table is the head's kernel; otherwise the embedding is looked up and not multiplied
    long kernels = parameters() - (model.spec().tiedHead() ? 0 : table);
    double queries = (double) attention.heads() * attention.headSize();
    double once = 2.0 * kernels + 4 * model.spec().layers() * queries * tokens;
    return (recompute() == Recompute.LAYERS ? 4 : 3) * once;
  }

  private Recompute recompute() {
    return plan.experiment().training().recompute().of(model.parameters());
  }

  /** The number of the model's parameters. */
  public long parameters() {
    return model.parameters().stream().mapToLong(p -> p.shape().size()).sum();
  }

  /** The memory of a device that holds all of the model, in training. */
  public MemoryEstimate memory(Recipe recipe) {
    return DeviceMemory.ofDevice(PeakModel.of(largest(recipe)));
  }

  /**
   * The memory of the fewest devices of a size that hold the model.
   *
   * @param bytes the memory of a device
   * @return empty if at most 64 devices, one for each layer, cannot hold it
   */
  public Optional<List<DeviceMemory>> devices(Recipe recipe, double bytes) {
    return DeviceMemory.fitting(largest(recipe), (long) bytes, MOST_DEVICES);
  }

  /** The training of the task whose optimizer needs the most memory. */
  private Workload largest(Recipe recipe) {
    return ActingRecipe.ofEachTask(recipe, plan.experiment().tasks().size()).stream()
        .map(this::workload)
        .max(Comparator.comparingLong(w -> PeakModel.of(w).bytes()))
        .orElseThrow();
  }

  private Workload workload(Recipe recipe) {
    Experiment e = plan.experiment();
    int longest = e.maxLength() == 0 ? model.spec().positions() : e.maxLength();
    return new Workload(model, recipe, e.training(), longest, e.tasks().size(), List.of());
  }
}
