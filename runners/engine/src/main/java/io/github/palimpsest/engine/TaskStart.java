package io.github.palimpsest.engine;

import io.github.palimpsest.api.adapter.Adapter;
import io.github.palimpsest.api.adapter.BoundAdapter;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.model.Model;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.random.Streams;
import io.github.palimpsest.engine.device.Device;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToIntFunction;

/**
 * All that a task starts from.
 *
 * @param model the model
 * @param strategy the components
 * @param training how to train
 * @param seed the run's seed
 * @param task the task, from 0; as many tasks are finished
 * @param device where to run
 * @param base weights of the model; with an adapter they stay frozen, beside what it derives
 * @param trainable values of the trainable parameters
 * @param before their values before the task's first step
 * @param tracked what the regularizers have followed while the task was trained, by regularizer,
 *     slot and parameter; empty before
 * @param memories what each regularizer remembers, by regularizer and memory
 * @param origin the task that an example is of, or {@link RehearsedFeed#NO_TASK}
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
    ToIntFunction<Example> origin) {

  /** The first task of a run. */
  static TaskStart first(
      Model model,
      WeightSnapshot pretrained,
      Seats seats,
      Training training,
      long seed,
      Device device) {
    WeightSnapshot base = AdaptedBase.of(model, pretrained, seats.adapter(), List.of());
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
        e -> 0);
  }

  /** The same task of the plain model, without anything but the optimizer. */
  TaskStart plain(WeightSnapshot weights) {
    return new TaskStart(
        model,
        Seats.of(seats.optimizer()),
        training,
        seed,
        task,
        device,
        weights,
        weights,
        weights,
        WeightSnapshot.empty(),
        new TreeMap<>(),
        origin);
  }

  /** What a task trains when it starts from a base: its weights, or a fresh adapter. */
  static WeightSnapshot freshTrainable(
      Model model, WeightSnapshot base, Optional<Adapter> adapter, long seed, int task) {
    return adapter
        .map(a -> a.bind(model.parameters()))
        .map(a -> a.initial(base, Streams.stream(seed, "adapter", task, 0)))
        .orElse(base);
  }

  /** What one regularizer remembers. */
  SortedMap<String, WeightSnapshot> memories(String regularizer) {
    return memories.getOrDefault(regularizer, new TreeMap<>());
  }

  Optional<BoundAdapter> boundAdapter() {
    return seats.adapter().map(a -> a.bind(model.parameters()));
  }
}
