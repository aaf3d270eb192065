package io.github.palimpsest.experiment.evaluation;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.experiment.task.TaskCatalog;
import io.github.palimpsest.experiment.task.TaskRecords;
import io.github.palimpsest.llm.score.TooLong;
import io.github.palimpsest.llm.task.BenchmarkTask;
import io.github.palimpsest.llm.task.Shots;
import io.github.palimpsest.llm.task.TaskItem;
import io.github.palimpsest.llm.task.TaskPrompts;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A task with its items.
 *
 * @param task the task, with the number of examples that are used
 * @param split the split that is evaluated
 * @param pool the split that examples come from; empty without examples
 * @param items at least one
 * @param skipped how many items were left out, since they are too long for the model
 */
public record PreparedTask(
    BenchmarkTask task,
    TaskRecords.Split split,
    Optional<TaskRecords.Split> pool,
    List<TaskItem> items,
    int skipped) {
  /** Copies the list. */
  public PreparedTask {
    items = List.copyOf(items);
  }

  /**
   * What is asked for.
   *
   * @param limit the largest number of items, the first ones; 0 for all
   * @param shots the number of examples; empty for the task's own
   * @param split the split to evaluate; empty for the task's own
   */
  public record Wish(int limit, OptionalInt shots, Optional<String> split) {}

  /**
   * Reads the records of a task and makes its items.
   *
   * @throws PalimpsestException if records are missing or do not fit
   */
  public static PreparedTask of(TaskCatalog.Entry entry, TaskRecords records, Wish wish) {
    BenchmarkTask task = entry.task();
    TaskRecords.Split split =
        records.require(entry, wish.split().map(List::of).orElse(task.data().splits()));
    Shots shots = task.shots().with(wish.shots().orElse(task.shots().number()));
    Optional<TaskRecords.Split> pool =
        shots.number() == 0
            ? Optional.empty()
            : Optional.of(records.require(entry, shots.splits()));
    if (pool.isPresent() && pool.get().files().equals(split.files())) {
      shots = shots.without();
    }
    BenchmarkTask used = task.with(shots);
    TaskPrompts prompts = new TaskPrompts(used, pool.map(p -> p.records(0)).orElse(List.of()));
    return new PreparedTask(used, split, pool, prompts.items(split.records(wish.limit())), 0);
  }

  /**
   * A copy without some items, which are counted.
   *
   * @throws PalimpsestException if no item is left
   */
  PreparedTask without(List<TooLong> left) {
    Set<String> ids = left.stream().map(TooLong::item).collect(Collectors.toSet());
    List<TaskItem> others = items.stream().filter(i -> !ids.contains(i.id())).toList();
    if (others.isEmpty()) {
      throw new PalimpsestException(
          "task '" + task.name() + "' has no item that is not too long for the model");
    }
    return new PreparedTask(task, split, pool, others, skipped + items.size() - others.size());
  }
}
