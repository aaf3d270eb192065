package io.github.palimpsest.experiment.evaluation;

import io.github.palimpsest.experiment.task.Suite;
import io.github.palimpsest.experiment.task.TaskCatalog;
import io.github.palimpsest.experiment.task.TaskRecords;
import io.github.palimpsest.llm.task.ItemOutcome;
import io.github.palimpsest.llm.task.TaskItem;
import io.github.palimpsest.llm.task.TaskResult;
import io.github.palimpsest.results.evaluation.ItemRow;
import io.github.palimpsest.results.evaluation.SuiteRow;
import io.github.palimpsest.results.evaluation.TaskRow;
import io.github.palimpsest.results.folder.Fingerprint;
import java.util.List;
import java.util.Map;

/** Results as they are recorded. */
public final class Rows {
  private Rows() {}

  /** The scores of a task. */
  public static TaskRow task(PreparedTask prepared, TaskResult result) {
    return new TaskRow(
        result.task(),
        prepared.split().split(),
        result.items().size(),
        (int) result.items().stream().filter(o -> o.cut() > 0).count(),
        prepared.skipped(),
        prepared.task().shots().number(),
        prepared.pool().map(TaskRecords.Split::split).orElse(""),
        prepared.split().files().stream().map(Fingerprint::of).toList(),
        result.scores().stream()
            .map(
                s ->
                    new TaskRow.Measured(
                        s.measure(), s.value(), s.standardError(), s.higherIsBetter()))
            .toList());
  }

  /** The items of a task. */
  public static List<ItemRow> items(TaskResult result) {
    return result.items().stream().map(Rows::item).toList();
  }

  private static ItemRow item(ItemOutcome o) {
    if (o.item() instanceof TaskItem.Choice c) {
      int chosen = o.chosen().orElseThrow();
      return new ItemRow(
          c.id(),
          c.pairs().get(0).context(),
          c.pairs().stream().map(TaskItem.Pair::continuation).toList(),
          c.choices(),
          o.logLikelihoods(),
          o.greedy(),
          chosen,
          c.right().stream().sorted().toList(),
          c.right().contains(chosen),
          o.cut(),
          null,
          List.of(),
          o.scores());
    }
    if (o.item() instanceof TaskItem.Generation g) {
      return new ItemRow(
          g.id(),
          g.context(),
          List.of(),
          List.of(),
          List.of(),
          List.of(),
          null,
          List.of(),
          null,
          o.cut(),
          o.generated(),
          g.expected(),
          o.scores());
    }
    boolean whole = o.item() instanceof TaskItem.Whole;
    String context = o.item() instanceof TaskItem.Completion c ? c.pair().context() : "";
    String text =
        o.item() instanceof TaskItem.Completion c
            ? c.pair().continuation()
            : ((TaskItem.Whole) o.item()).text();
    return new ItemRow(
        o.item().id(),
        context,
        List.of(text),
        List.of(),
        o.logLikelihoods(),
        whole ? List.of() : o.greedy(),
        null,
        List.of(),
        null,
        o.cut(),
        null,
        List.of(),
        o.scores());
  }

  /**
   * The score of a suite: the mean of its members, each by its first measure.
   *
   * @param tasks the scores of at least all its tasks, by name
   */
  public static SuiteRow suite(TaskCatalog catalog, Suite suite, Map<String, TaskRow> tasks) {
    return new SuiteRow(
        suite.name(),
        value(catalog, suite, tasks),
        suite.members(),
        suite.bySize() ? "items" : "equal");
  }

  private static double value(TaskCatalog catalog, Suite suite, Map<String, TaskRow> tasks) {
    double sum = 0;
    double weights = 0;
    for (String member : suite.members()) {
      double weight = weight(catalog, suite, tasks, member);
      sum += weight * member(catalog, tasks, member);
      weights += weight;
    }
    return sum / weights;
  }

  private static double member(TaskCatalog catalog, Map<String, TaskRow> tasks, String member) {
    return member.startsWith(Suite.MARK)
        ? value(catalog, catalog.suite(member), tasks)
        : row(tasks, member).scores().get(0).value();
  }

  private static double weight(
      TaskCatalog catalog, Suite suite, Map<String, TaskRow> tasks, String member) {
    if (!suite.bySize()) {
      return 1;
    }
    return member.startsWith(Suite.MARK)
        ? catalog.suite(member).members().stream()
            .mapToDouble(m -> weight(catalog, suite, tasks, m))
            .sum()
        : row(tasks, member).items();
  }

  private static TaskRow row(Map<String, TaskRow> tasks, String name) {
    TaskRow row = tasks.get(name);
    if (row == null) {
      throw new IllegalArgumentException("no score of task '" + name + "'");
    }
    return row;
  }
}
