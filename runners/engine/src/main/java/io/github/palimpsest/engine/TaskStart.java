package io.github.palimpsest.engine;

import io.github.palimpsest.api.adapter.Adapter;
import io.github.palimpsest.api.adapter.BoundAdapter;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.model.Model;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.random.Streams;
import io.github.palimpsest.engine.batch.RehearsedFeed;
import io.github.palimpsest.engine.device.Device;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntSupplier;
import java.util.function.ToIntFunction;

/**
 * The complete start of a task.
 *
 * @param model the model
 * @param strategy the components
 * @param training the settings of training
 * @param seed the run's seed
 * @param task the task, from 0, which is the number of finished tasks
 * @param device the device to run on
 * @param base weights of the model; with an adapter they are frozen, and include derived tensors
 * @param trainable values of the trainable parameters
 * @param before their values before the task's first step
 * @param tracked the slots that regularizers tracked during the task, by regularizer, slot and
 *     parameter; empty before
 * @param memories the memories of each regularizer, by regularizer and memory
 * @param origin the task of an example, or {@link RehearsedFeed#NO_TASK}
 * @param longest the tokens of the task's longest example; 0 if it is unknown
 */
record TaskStart(
    Model model,
    Seats seats,
    Training training,
    long seed,
    int task,
    Device device,
    WeightSnapshot base,
    WeightSnapshot trainable,
    WeightSnapshot before,
    WeightSnapshot tracked,
    SortedMap<String, SortedMap<String, WeightSnapshot>> memories,
    ToIntFunction<Example> origin,
    IntSupplier longest) {

  /** The first task of a run. */
  static TaskStart first(
      Model model,
      WeightSnapshot pretrained,
      Seats seats,
      Training training,
      long seed,
      Device device) {
    WeightSnapshot base =
        AdaptedBase.of(
            model, pretrained, seats.adapter(), List.of(), AdaptedBase.rng(seed, 0), device);
    WeightSnapshot trainable = freshTrainable(model, base, seats.adapter(), seed, 0);
    return new TaskStart(
        model,
        seats,
        training,
        seed,
        0,
        device,
        base,
        trainable,
        trainable,
        WeightSnapshot.empty(),
        new TreeMap<>(),
        e -> 0,
        () -> 0);
  }

  /** A copy for examples of at most this number of tokens. */
  TaskStart ofLength(IntSupplier tokens) {
    return new TaskStart(
        model, seats, training, seed, task, device, base, trainable, before, tracked, memories,
        origin, tokens);
  }

  /**
   * The number of parts of the loss of a micro-batch. Its examples are looked at only if a model
   * asks.
   *
   * @param columns numbers for each token
   */
  int lossParts(long columns) {
    long examples = training.microBatchSize();
    return training.lossChunk().parts(examples * longest.getAsInt(), columns);
  }

  /**
   * A task of the plain model with only the optimizer.
   *
   * @param of the task, this one or an earlier one
   */
  TaskStart plain(WeightSnapshot weights, int of) {
    return new TaskStart(
        model,
        Seats.of(seats.optimizer()),
        training,
        seed,
        of,
        device,
        weights,
        weights,
        weights,
        WeightSnapshot.empty(),
        new TreeMap<>(),
        origin,
        longest);
  }

  /** The trainable parameters at the start from a base: its weights, or a fresh adapter. */
  static WeightSnapshot freshTrainable(
      Model model, WeightSnapshot base, Optional<Adapter> adapter, long seed, int task) {
    return adapter
        .map(a -> a.bind(model.parameters()))
        .map(a -> a.initial(base, Streams.stream(seed, "adapter", task, 0)))
        .orElse(base);
  }

  /** The memories of one regularizer. */
  SortedMap<String, WeightSnapshot> memories(String regularizer) {
    return memories.getOrDefault(regularizer, new TreeMap<>());
  }

  Optional<BoundAdapter> boundAdapter() {
    return seats.adapter().map(a -> a.bind(model.parameters()));
  }
}
