package io.github.palimpsest.replay;

import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.api.model.FinishedModel;
import io.github.palimpsest.api.rehearsal.Rehearsal;
import io.github.palimpsest.api.rehearsal.RehearsalChoice;
import io.github.palimpsest.api.rehearsal.RehearsalObjective;
import io.github.palimpsest.api.rehearsal.RehearsalProvider;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Experience replay (Robins 1995; Chaudhry et al. 2019, arXiv:1902.10486): kept examples of
 * finished tasks are added to the current ones, as {@link Mixing} says. Within a draw no example
 * occurs twice unless too few are kept. The current examples appear exactly once per epoch, in the
 * order of plain training (DAT-01); nothing is kept before its task is finished (DAT-02); all
 * choices come from the given generators (DAT-03). The loss of a batch is one mean over the target
 * tokens of current and kept examples together, so a ratio of 1 gives both the same weight where
 * they are equally long.
 */
final class Replay implements Rehearsal {
  private static final Setting<Double> RATIO = RehearsalSettings.ratio(0.05);

  static final RehearsalProvider PROVIDER =
      RehearsalProvider.of(
              "replay",
              "Rehearsal: adds kept examples of finished tasks to each batch",
              "after n current examples of an epoch, floor(ratio * n) kept ones have been added")
          .settings(
              RATIO,
              RehearsalSettings.CAPACITY,
              RehearsalSettings.BUDGET,
              RehearsalSettings.POLICY,
              RehearsalSettings.PLACE)
          .traits(
              s ->
                  RehearsalSettings.traits(
                      s.get(RATIO),
                      "Robins 1995, Catastrophic forgetting, rehearsal and pseudorehearsal",
                      "Vitter 1985, Random sampling with a reservoir",
                      "Chaudhry et al. 2019, On tiny episodic memories in continual learning,"
                          + " arXiv:1902.10486"))
          .creates(
              s ->
                  new Replay(
                      new Mixing(s.get(RATIO), s.get(RehearsalSettings.PLACE)),
                      RehearsalSettings.memory(s, RehearsalSettings.POLICY),
                      Use.AS_DATA));

  private final Mixing mixing;
  private final EpisodicMemory memory;
  private final Use use;

  /** The form in which an example is kept, and its purpose. */
  interface Use {
    /** Examples are kept unchanged and are part of the data loss. */
    Use AS_DATA = new Use() {};

    /** Replaces the examples of a finished task by the same number, with the same ids. */
    default List<Example> kept(List<Example> examples, FinishedModel model, RandomGenerator rng) {
      return examples;
    }

    /** The number of kept examples to draw where a number of rehearsed ones is due. */
    default int drawn(int rehearsed) {
      return rehearsed;
    }

    /** Transforms a draw; may draw more. */
    default List<Example> drawn(List<Example> first, Supplier<List<Example>> again) {
      return first;
    }

    /** The objective for rehearsed examples, if they are not part of the data loss. */
    default Optional<RehearsalObjective> objective() {
      return Optional.empty();
    }

    /** Chooses among the drawn examples, if more are drawn than rehearsed. */
    default Optional<RehearsalChoice> choice() {
      return Optional.empty();
    }
  }

  Replay(Mixing mixing, EpisodicMemory memory, Use use) {
    this.mixing = mixing;
    this.memory = memory;
    this.use = use;
  }

  @Override
  public Iterator<List<Example>> epoch(TaskData current, int batchSize, RandomGenerator rng) {
    List<List<Example>> plain = current.shuffledBatches(batchSize, rng);
    List<Example> kept = memory.examples();
    if (mixing.ratio() == 0 || kept.isEmpty()) {
      return plain.iterator();
    }
    int[] order = IntStream.range(0, kept.size()).toArray();
    return mixing
        .mixed(
            plain,
            batchSize,
            rehearsed -> {
              int count = use.drawn(rehearsed);
              return use.drawn(
                  Mixing.draw(count, kept, order, rng), () -> Mixing.draw(count, kept, order, rng));
            })
        .iterator();
  }

  @Override
  public void afterTask(TaskData task, RandomGenerator rng) {
    throw new IllegalStateException("a rehearsal of this kind needs the model of a finished task");
  }

  @Override
  public void afterTask(TaskData task, FinishedModel model, RandomGenerator rng) {
    if (mixing.ratio() > 0) {
      memory.keep(task.examples(), rng);
      memory.rewrite(task.examples(), own -> use.kept(own, model, rng));
    }
  }

  @Override
  public long extraBatches(int task, int examples, int batchSize) {
    return task == 0 ? 0 : mixing.extraBatches(examples, batchSize);
  }

  @Override
  public OptionalLong rehearsed(int task, long examples) {
    return task == 0 || mixing.ratio() == 0
        ? OptionalLong.empty()
        : OptionalLong.of(mixing.due(examples));
  }

  @Override
  public Optional<RehearsalObjective> objective() {
    return mixing.ratio() == 0 ? Optional.empty() : use.objective();
  }

  @Override
  public Optional<RehearsalChoice> choice() {
    return mixing.ratio() == 0 ? Optional.empty() : use.choice();
  }

  @Override
  public byte[] state() {
    return memory.toBytes();
  }

  @Override
  public void restore(byte[] state) {
    memory.restore(state);
  }
}
