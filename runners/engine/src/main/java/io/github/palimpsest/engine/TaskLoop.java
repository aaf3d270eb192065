package io.github.palimpsest.engine;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.RuleViolationException;
import io.github.palimpsest.api.adapter.Adapter;
import io.github.palimpsest.api.adapter.AddedBias;
import io.github.palimpsest.api.adapter.InputRows;
import io.github.palimpsest.api.adapter.PeftAdapter;
import io.github.palimpsest.api.adapter.PeftExport;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.api.merger.MergeSite;
import io.github.palimpsest.api.merger.WeightHistory;
import io.github.palimpsest.api.model.Model;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.random.Streams;
import io.github.palimpsest.api.rehearsal.Rehearsal;
import io.github.palimpsest.engine.batch.RehearsedFeed;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.engine.divergence.NonFiniteLossException;
import io.github.palimpsest.engine.inference.InputRoom;
import io.github.palimpsest.engine.weights.HeldWeights;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Session;

/**
 * Trains a model on one task after another.
 *
 * <pre>
 * for each task except the first: every regularizer sees the previous task, rehearsal keeps its examples,
 *                                 mergers that act after each task rewrite the weights
 * for each task:                  its steps, then a checkpoint
 * </pre>
 *
 * <p>A task is finished only when the next one begins. So the state after a task's last step does
 * not depend on components that act later, and runs that differ only in those can share it: a run
 * can start from the checkpoint of another. The last task is not finished, because no task follows;
 * {@link #weights} applies the mergers.
 *
 * <p>With a folder for checkpoints, a run that was killed at any moment continues from the last one
 * and ends with the same bits on the CPU. The folder must not be shared with another run.
 */
public final class TaskLoop {
  private final Model model;
  private final WeightSnapshot pretrained;
  private final Seats seats;
  private final Training training;
  private final long seed;
  private final List<TaskData> tasks;
  private final Device device;
  private final TaskCheckpoints checkpoints;
  private final Map<String, Integer> origins = new HashMap<>();
  private TaskState state;
  private @Nullable IntFunction<WeightSnapshot> history;
  private OptionalLong gradientPasses = OptionalLong.empty();

  /**
   * Starts a run, or continues the run whose checkpoints are in the folder.
   *
   * @param model the model
   * @param pretrained its weights before the first task
   * @param seats the components; owned by this run from now on
   * @param training the settings of training
   * @param seed the seed of all random streams
   * @param tasks all tasks in order, each with its place as its index
   * @param device the device to run on
   * @param folder the folder for checkpoints, or null for none
   * @throws PalimpsestException if a task has no examples, the model cannot take the rows that an
   *     adapter puts before the input, or has no room for them, or a checkpoint is damaged or
   *     belongs to a run with another seed
   */
  public TaskLoop(
      Model model,
      WeightSnapshot pretrained,
      Seats seats,
      Training training,
      long seed,
      List<TaskData> tasks,
      Device device,
      @Nullable Path folder) {
    this.model = model;
    this.pretrained = pretrained;
    this.seats = seats;
    this.training = training;
    this.seed = seed;
    this.tasks = List.copyOf(tasks);
    this.device = device;
    this.checkpoints = new TaskCheckpoints(folder, seed, pretrained, seats.adapter().isPresent());
    for (TaskData task : tasks) {
      if (task.index() != tasks.indexOf(task)) {
        throw new IllegalArgumentException(
            "task '" + task.name() + "' has index " + task.index() + " but another place");
      }
      if (task.examples().isEmpty()) {
        throw new PalimpsestException("task '" + task.name() + "' has no training examples");
      }
      if (tasks.size() > 1 && seats.rehearsal().isPresent()) {
        task.examples().forEach(e -> origins.putIfAbsent(e.id(), task.index()));
      }
    }
    requireRoom();
    this.state = checkpoints.lastTask().orElseGet(this::untrained);
  }

  /** Refuses examples that are too long with the rows that an adapter puts before them. */
  private void requireRoom() {
    seats
        .adapter()
        .flatMap(a -> a.bind(model.parameters()).inputRows())
        .map(rows -> InputRoom.of(model, rows))
        .ifPresent(
            room ->
                tasks.stream()
                    .flatMap(t -> Stream.concat(t.examples().stream(), t.corpus().stream()))
                    .forEach(room::require));
  }

  private List<Example> corpus(int task) {
    return tasks.isEmpty() ? List.of() : tasks.get(task).corpus();
  }

  private WeightSnapshot adapted(WeightSnapshot base, int task) {
    return AdaptedBase.of(
        model, base, seats.adapter(), corpus(task), AdaptedBase.rng(seed, task), device);
  }

  private TaskState untrained() {
    WeightSnapshot base = adapted(pretrained, 0);
    WeightSnapshot trainable = TaskStart.freshTrainable(model, base, seats.adapter(), seed, 0);
    return TaskState.untrained(base, trainable);
  }

  /**
   * Takes the weights after earlier tasks, which some mergers read, from elsewhere. Otherwise this
   * loop keeps them itself, in memory and in its checkpoints, if a merger reads them.
   *
   * @param afterTask the {@link #trained} weights of a task, from 0
   */
  public void takeHistory(IntFunction<WeightSnapshot> afterTask) {
    history = afterTask;
  }

  /** The weights that the last trained task ended with, with the adapter merged; no merger acts. */
  public WeightSnapshot trained() {
    return state.trainedTasks() == 0 ? pretrained : effective(state.base(), state.trainable());
  }

  /** The number of trained tasks. */
  public int trainedTasks() {
    return state.trainedTasks();
  }

  /**
   * The number of gradient passes of the task that this loop trained last, from its first step to
   * its last: one for each oracle call of the optimizer and of tracking regularizers, a part of one
   * for a call on some of the examples, and one for each virtual step of a rehearsal that chooses
   * its examples; rounded. Empty before the first task.
   */
  public OptionalLong gradientPasses() {
    return gradientPasses;
  }

  /**
   * The model's present weights, with the adapter merged and mergers applied; computed tensor by
   * tensor on access. Before the first task, the given weights.
   */
  public WeightSnapshot weights() {
    return state.trainedTasks() == 0 ? pretrained : merged();
  }

  /**
   * The adapter in PEFT's form, for the base of the current task's adapter: the pretrained weights,
   * unless an adapter was merged before.
   *
   * @return empty without an adapter, or for one that PEFT does not support
   */
  public Optional<PeftAdapter> adapter() {
    return seats
        .adapter()
        .map(a -> a.bind(model.parameters()))
        .flatMap(a -> a.capability(PeftExport.class))
        .map(a -> a.toPeft(state.trainable(), state.base()));
  }

  private WeightSnapshot effective(WeightSnapshot base, WeightSnapshot trainable) {
    return seats
        .adapter()
        .map(a -> a.bind(model.parameters()))
        .map(a -> a.merge(trainable, base))
        .orElse(trainable);
  }

  /**
   * Trains the next task to its end, from its beginning or from the last checkpoint within it.
   *
   * @param listener receives each step
   * @throws IllegalStateException if all tasks are trained
   * @throws NonFiniteLossException if the loss becomes NaN or infinite
   * @throws TrainingStoppedException if the listener requests it
   */
  public void train(StepListener listener) {
    if (state.trainedTasks() == tasks.size()) {
      throw new IllegalStateException("all " + tasks.size() + " tasks are trained");
    }
    TaskData task = tasks.get(state.trainedTasks());
    if (state.trainedTasks() > 0) {
      state = checkpoints.begunTask(task.index()).orElseGet(() -> begun(task));
    }
    restoreRehearsal(state.rehearsal());
    try (StepGraph graph =
        new StepGraph(start(task.index(), state), listener.measuresGradientNorm())) {
      TaskSteps steps = new TaskSteps(seats, training, seed);
      TaskSteps.Taken taken;
      try (StepCheckpoints within = checkpoints.within(task.index())) {
        taken =
            steps.train(
                graph,
                within,
                checkpoints.kept(),
                prepared(task),
                trainable -> effective(state.base(), trainable),
                listener);
      }
      gradientPasses = OptionalLong.of(steps.passes(graph, task, taken));
      state = trained(graph, task);
    }
  }

  /** The saved state after a task's last step. */
  private TaskState trained(StepGraph graph, TaskData task) {
    if (!checkpoints.inFiles()) {
      return trained(graph, task, graph.trainable());
    }
    // with a file for the state, the weights go there and are never in the host's memory
    try (HeldWeights held = graph.held()) {
      return trained(graph, task, held.weights().get(0));
    }
  }

  private TaskState trained(StepGraph graph, TaskData task, WeightSnapshot trained) {
    TaskState.requireFinite(trained, task);
    return checkpoints.saveTask(
        trained(task.index() + 1, trained, state.trainable(), graph.tracked()));
  }

  private TaskState trained(
      int tasks, WeightSnapshot now, WeightSnapshot before, WeightSnapshot tracked) {
    WeightSnapshot base = seats.adapter().isPresent() ? state.base() : now;
    return state.trained(tasks, base, now, before, tracked);
  }

  /**
   * Takes the weights that the listener kept after a step of the last task as the result of that
   * task, in place of those after its last step. No checkpoint changes.
   *
   * @throws IllegalStateException if another task follows
   * @throws IllegalArgumentException if the weights after this step are not kept
   */
  public void returnTo(long step) {
    if (state.trainedTasks() < tasks.size()) {
      throw new IllegalStateException("only the last task can return to an earlier step");
    }
    state = trained(tasks.size(), checkpoints.kept().after(step), state.before(), state.tracked());
  }

  private TaskStart start(int task, TaskState from) {
    return new TaskStart(
        model,
        seats,
        training,
        seed,
        task,
        device,
        from.base(),
        from.trainable(),
        from.before(),
        from.tracked(),
        from.memories(),
        e -> origins.getOrDefault(e.id(), RehearsedFeed.NO_TASK),
        () -> tasks.get(task).examples().stream().mapToInt(Example::tokens).max().orElse(0));
  }

  /** Finishes the previous task and prepares the start of this one. */
  private TaskState begun(TaskData task) {
    TaskData before = tasks.get(task.index() - 1);
    SortedMap<String, SortedMap<String, WeightSnapshot>> memories = finished(before);
    restoreRehearsal(state.rehearsal());
    seats.rehearsal().ifPresent(r -> keep(r, before));
    boolean restarts =
        seats.adapter().isEmpty()
            || !seats.acting(false).isEmpty()
            || seats.adapter().map(Adapter::mergesAfterTask).orElse(false);
    WeightSnapshot base = restarts ? adapted(inFull(merged()), task.index()) : state.base();
    WeightSnapshot trainable =
        restarts
            ? TaskStart.freshTrainable(model, base, seats.adapter(), seed, task.index())
            : state.trainable();
    return checkpoints.saveBegun(
        new TaskState(
            task.index(),
            base,
            trainable,
            trainable,
            WeightSnapshot.empty(),
            memories,
            seats.rehearsal().map(Rehearsal::state).orElseGet(() -> new byte[0]),
            earlier()));
  }

  /** Weights that are computed on access are computed once; those of training alone are there. */
  private WeightSnapshot inFull(WeightSnapshot weights) {
    return weights == state.trainable() ? weights : RememberingTask.copied(weights);
  }

  private TaskData prepared(TaskData task) {
    try (ModelAtWeights base = new ModelAtWeights(model, () -> pretrained, device)) {
      return seats.rehearsal().map(r -> r.prepared(task, base)).orElse(task);
    }
  }

  private void keep(Rehearsal rehearsal, TaskData task) {
    try (ModelAtWeights after = new ModelAtWeights(model, this::trained, device)) {
      rehearsal.afterTask(task, after, stream("rehearsal-keep", task, 0));
    }
  }

  private SortedMap<String, SortedMap<String, WeightSnapshot>> finished(TaskData task) {
    if (seats.regularizers().isEmpty()) {
      return new TreeMap<>();
    }
    try (TaskGraph graph = new TaskGraph(start(task.index(), state));
        Session session = graph.session()) {
      return graph.finish(session, fisherOrder(task));
    }
  }

  /** The weights after the tasks before one that begins; none if no merger reads them here. */
  private List<WeightSnapshot> earlier() {
    if (history != null || !seats.readsHistory()) {
      return List.of();
    }
    return Stream.concat(state.earlier().stream(), Stream.of(trained())).toList();
  }

  private List<WeightSnapshot> history(int tasks) {
    IntFunction<WeightSnapshot> elsewhere = history;
    return elsewhere == null
        ? state.earlier()
        : IntStream.range(0, tasks).mapToObj(elsewhere).toList();
  }

  /** Computed tensor by tensor on access, so that no further model is in memory. */
  private WeightSnapshot merged() {
    List<Seats.Merge> acting = seats.acting(state.trainedTasks() == tasks.size());
    WeightSnapshot now = trained();
    if (acting.isEmpty()) {
      return now;
    }
    SortedSet<String> added = AddedBias.names(now);
    added.addAll(InputRows.names(now));
    if (!added.isEmpty()) {
      throw new RuleViolationException(
          "unmergeable",
          "the adapter adds "
              + added
              + ", which no tensor of the model can take, and a merger needs merged weights (rule"
              + " unmergeable)");
    }
    WeightSnapshot before = effective(state.base(), state.before());
    TaskData task = tasks.get(state.trainedTasks() - 1);
    MergeSite site =
        new EngineMergeSite(start(task.index(), state), t -> fisherOrder(tasks.get(t)));
    for (Seats.Merge m : acting) {
      List<WeightSnapshot> earlier = m.readsHistory() ? history(task.index()) : List.of();
      now =
          m.merger().apply(WeightHistory.of(pretrained, before, now, task.index(), site, earlier));
    }
    return now;
  }

  private List<Example> fisherOrder(TaskData task) {
    return task.shuffledBatches(task.examples().size(), stream("fisher", task, 0)).get(0);
  }

  private RandomGenerator stream(String purpose, TaskData task, long step) {
    return Streams.stream(seed, purpose, task.index(), step);
  }

  /** A run without rehearsal may have written the state; then there is nothing to restore. */
  private void restoreRehearsal(byte[] rehearsal) {
    if (rehearsal.length > 0) {
      seats.rehearsal().ifPresent(r -> r.restore(rehearsal));
    }
  }
}
