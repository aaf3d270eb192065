package io.github.palimpsest.engine;

import io.github.palimpsest.api.Adapter;
import io.github.palimpsest.api.BoundAdapter;
import io.github.palimpsest.api.Example;
import io.github.palimpsest.api.Model;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.Rehearsal;
import io.github.palimpsest.api.TaskData;
import io.github.palimpsest.api.WeightHistory;
import io.github.palimpsest.api.WeightSnapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Trains a model on one task after another.
 *
 * <pre>
 * for each task:  train its steps -> every regularizer sees the finished task -> rehearsal keeps examples
 *                 -> mergers rewrite the weights -> checkpoint
 * </pre>
 *
 * <p>With a folder for checkpoints, a run that was killed at any moment goes on from the last one
 * and ends with the same bits on the CPU. The folder must belong to this run alone.
 */
public final class TaskLoop {
  private static final String BOUNDARY = "tasks.checkpoint";
  private static final String WITHIN = "steps.checkpoint";

  private final Model model;
  private final WeightSnapshot pretrained;
  private final Strategy strategy;
  private final Training training;
  private final long seed;
  private final int taskCount;
  private final Device device;
  private final @Nullable Path checkpoints;
  private State state;

  /** What is known between two tasks. */
  private record State(
      int finishedTasks,
      WeightSnapshot base,
      WeightSnapshot trainable,
      SortedMap<String, SortedMap<String, WeightSnapshot>> memories) {}

  /**
   * Starts a run, or goes on with the one whose checkpoints are in the folder.
   *
   * @param model the model
   * @param pretrained its weights before the first task
   * @param strategy the components; owned by this run from now on
   * @param training how each task is trained
   * @param seed of all random streams
   * @param taskCount how many tasks there will be
   * @param device where to run
   * @param checkpoints a folder, or null to keep none
   * @throws PalimpsestException if a checkpoint is damaged
   */
  public TaskLoop(
      Model model,
      WeightSnapshot pretrained,
      Strategy strategy,
      Training training,
      long seed,
      int taskCount,
      Device device,
      @Nullable Path checkpoints) {
    this.model = model;
    this.pretrained = pretrained;
    this.strategy = strategy;
    this.training = training;
    this.seed = seed;
    this.taskCount = taskCount;
    this.device = device;
    this.checkpoints = checkpoints;
    Path boundary = checkpoints == null ? null : checkpoints.resolve(BOUNDARY);
    this.state =
        boundary != null && Files.exists(boundary)
            ? restored(Checkpoint.read(boundary))
            : new State(
                0,
                pretrained,
                TaskStart.freshTrainable(model, pretrained, strategy.adapter(), seed, 0),
                new TreeMap<>());
  }

  /** How many tasks are finished. */
  public int finishedTasks() {
    return state.finishedTasks();
  }

  /** The model's weights after the last finished task: adapters merged, mergers applied. */
  public WeightSnapshot weights() {
    return effective(state.base(), state.trainable());
  }

  private WeightSnapshot effective(WeightSnapshot base, WeightSnapshot trainable) {
    return bound().map(a -> RememberingTask.copied(a.merge(trainable, base))).orElse(trainable);
  }

  private Optional<BoundAdapter> bound() {
    return strategy.adapter().map(a -> a.bind(model.parameters()));
  }

  /**
   * Trains the next task to its end, from its beginning or from the last checkpoint within it.
   *
   * @param task its index must be {@link #finishedTasks()}
   * @param listener is told of each step done now
   * @throws PalimpsestException if the task has no examples
   * @throws NonFiniteLossException if the loss becomes NaN or infinite
   */
  public void train(TaskData task, StepListener listener) {
    if (task.index() != state.finishedTasks() || task.index() >= taskCount) {
      throw new IllegalArgumentException(
          "task "
              + task.index()
              + " cannot be trained after "
              + state.finishedTasks()
              + " of "
              + taskCount
              + " tasks");
    }
    if (task.examples().isEmpty()) {
      throw new PalimpsestException("task '" + task.name() + "' has no training examples");
    }
    TaskStart start =
        new TaskStart(
            model,
            strategy,
            training,
            seed,
            task.index(),
            device,
            state.base(),
            state.trainable(),
            state.memories());
    WeightSnapshot trained;
    SortedMap<String, SortedMap<String, WeightSnapshot>> memories;
    try (StepGraph graph = new StepGraph(start)) {
      steps(graph, task, listener);
      trained = graph.trainable();
      requireFinite(trained, task);
      memories = graph.finish(fisherOrder(task));
    }
    strategy.rehearsal().ifPresent(r -> r.afterTask(task, stream("rehearsal-keep", task, 0)));
    state = afterMergers(task.index(), trained, memories);
    save();
  }

  private void steps(StepGraph graph, TaskData task, StepListener listener) {
    long total = training.steps(task.examples().size());
    long done = resume(graph, task);
    long step = 0;
    for (int epoch = 0; step < total; epoch++) {
      Iterator<List<Example>> batches = epoch(task, epoch);
      while (batches.hasNext() && step < total) {
        List<Example> examples = batches.next();
        if (step >= done) {
          double loss = graph.step(examples, step, total);
          listener.onStep(task.index(), step + 1, total, loss);
          checkpoint(graph, task, step + 1, total);
        }
        step++;
      }
    }
  }

  private Iterator<List<Example>> epoch(TaskData task, int epoch) {
    RandomGenerator rng = stream("epoch", task, epoch);
    return strategy
        .rehearsal()
        .map(r -> r.epoch(task, training.batchSize(), rng))
        .orElseGet(() -> task.shuffledBatches(training.batchSize(), rng).iterator());
  }

  private List<Example> fisherOrder(TaskData task) {
    return task.shuffledBatches(task.examples().size(), stream("fisher", task, 0)).get(0);
  }

  private RandomGenerator stream(String purpose, TaskData task, long step) {
    return Streams.stream(seed, purpose, task.index(), step);
  }

  private State afterMergers(
      int task,
      WeightSnapshot trained,
      SortedMap<String, SortedMap<String, WeightSnapshot>> memories) {
    boolean last = task == taskCount - 1;
    List<Strategy.Merge> acting =
        strategy.mergers().stream().filter(m -> last || !m.onlyAfterLastTask()).toList();
    boolean adapterEnds =
        strategy.adapter().isPresent()
            && (!acting.isEmpty()
                || strategy.adapter().map(Adapter::mergesAfterTask).orElse(false));
    if (acting.isEmpty() && !adapterEnds) {
      WeightSnapshot base = strategy.adapter().isPresent() ? state.base() : trained;
      return new State(task + 1, base, trained, memories);
    }
    WeightSnapshot before = effective(state.base(), state.trainable());
    WeightSnapshot now = effective(state.base(), trained);
    for (Strategy.Merge m : acting) {
      now =
          RememberingTask.copied(
              m.merger().apply(new WeightHistory(pretrained, before, now, task)));
    }
    WeightSnapshot next = TaskStart.freshTrainable(model, now, strategy.adapter(), seed, task + 1);
    return new State(task + 1, now, next, memories);
  }

  private static void requireFinite(WeightSnapshot weights, TaskData task) {
    for (String name : weights.names()) {
      for (float v : weights.copy(name)) {
        if (!Float.isFinite(v)) {
          throw new PalimpsestException(
              "parameter '" + name + "' is " + v + " after task '" + task.name() + "'");
        }
      }
    }
  }

  // ---- checkpoints

  private void checkpoint(StepGraph graph, TaskData task, long step, long total) {
    Path folder = checkpoints;
    int every = training.checkpointEvery();
    if (folder == null || every == 0 || step % every != 0 || step == total) {
      return;
    }
    Checkpoint c = new Checkpoint();
    c.numbers().put("task", (long) task.index());
    c.numbers().put("step", step);
    c.weights().put("trainable", graph.trainable());
    c.weights().put("slots", graph.slots());
    c.write(folder.resolve(WITHIN));
  }

  /** Steps of the task that a checkpoint holds; the graph then stands behind them. */
  private long resume(StepGraph graph, TaskData task) {
    Path folder = checkpoints;
    if (folder == null || !Files.exists(folder.resolve(WITHIN))) {
      return 0;
    }
    Checkpoint c = Checkpoint.read(folder.resolve(WITHIN));
    if (c.number("task") != task.index()) {
      return 0;
    }
    graph.restore(c.weights("trainable"), c.weights("slots"));
    return c.number("step");
  }

  private void save() {
    Path folder = checkpoints;
    if (folder == null) {
      return;
    }
    Checkpoint c = new Checkpoint();
    c.numbers().put("finished-tasks", (long) state.finishedTasks());
    c.weights().put("trainable", state.trainable());
    if (strategy.adapter().isPresent()) {
      c.weights().put("base", state.base());
    }
    state
        .memories()
        .forEach(
            (regularizer, memories) ->
                memories.forEach(
                    (name, values) ->
                        c.weights().put("memory/" + regularizer + "/" + name, values)));
    strategy.rehearsal().map(Rehearsal::state).ifPresent(s -> c.blobs().put("rehearsal", s));
    c.write(folder.resolve(BOUNDARY));
    try {
      Files.deleteIfExists(folder.resolve(WITHIN));
    } catch (IOException e) {
      throw new PalimpsestException("checkpoint '" + folder + "' cannot be cleared: " + e, e);
    }
  }

  private State restored(Checkpoint c) {
    TreeMap<String, SortedMap<String, WeightSnapshot>> memories = new TreeMap<>();
    for (String regularizer : strategy.regularizers().keySet()) {
      String prefix = "memory/" + regularizer + "/";
      TreeMap<String, WeightSnapshot> own = new TreeMap<>();
      c.weights()
          .forEach(
              (name, values) -> {
                if (name.startsWith(prefix)) {
                  own.put(name.substring(prefix.length()), values);
                }
              });
      memories.put(regularizer, own);
    }
    strategy
        .rehearsal()
        .ifPresent(
            r -> {
              byte[] kept = c.blobs().get("rehearsal");
              if (kept == null) {
                throw new PalimpsestException("the checkpoint holds no rehearsal state");
              }
              r.restore(kept);
            });
    WeightSnapshot trainable = c.weights("trainable");
    return new State(
        Math.toIntExact(c.number("finished-tasks")),
        strategy.adapter().isPresent() ? c.weights("base") : trainable,
        trainable,
        memories);
  }
}
