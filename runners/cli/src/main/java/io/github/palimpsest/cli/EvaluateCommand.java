package io.github.palimpsest.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.cli.option.AdapterOptions;
import io.github.palimpsest.cli.option.DeviceOption;
import io.github.palimpsest.cli.option.Ranged;
import io.github.palimpsest.cli.terminal.ExitCode;
import io.github.palimpsest.experiment.evaluation.ModelEvaluation;
import io.github.palimpsest.experiment.evaluation.PreparedTask;
import io.github.palimpsest.experiment.evaluation.Rows;
import io.github.palimpsest.experiment.task.Suite;
import io.github.palimpsest.experiment.task.TaskCatalog;
import io.github.palimpsest.experiment.task.TaskRecords;
import io.github.palimpsest.llm.model.HuggingFaceDirectory;
import io.github.palimpsest.llm.task.TaskResult;
import io.github.palimpsest.results.evaluation.EvaluationFolder;
import io.github.palimpsest.results.evaluation.EvaluationSummary;
import io.github.palimpsest.results.evaluation.SuiteRow;
import io.github.palimpsest.results.evaluation.TaskRow;
import io.github.palimpsest.results.folder.Json;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code evaluate}: the scores of a model on benchmark tasks. */
@Command(
    name = "evaluate",
    description = "Evaluates a model on benchmark tasks.",
    mixinStandardHelpOptions = true)
final class EvaluateCommand implements Callable<Integer> {
  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "a Hugging Face directory")
  Path model = Path.of("");

  @Option(
      names = "--tasks",
      required = true,
      split = ",",
      paramLabel = "NAME",
      description =
          "tasks, suites (@paper) and task files (mine.yaml), with commas between them; 'palimpsest"
              + " tasks' lists them")
  List<String> tasks = List.of();

  @Option(
      names = "--limit",
      converter = Ranged.Count.class,
      paramLabel = "N",
      description = "only the first N items of each task")
  int limit;

  @Option(
      names = "--shots",
      converter = Ranged.CountOrNone.class,
      paramLabel = "N",
      description = "examples before each question; default: that of the task")
  @Nullable Integer shots;

  @Option(
      names = "--split",
      paramLabel = "NAME",
      description = "the split to evaluate; default: that of the task")
  @Nullable String split;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "the data folder; default: that of the variable PALIMPSEST_DATA, or palimpsest/data in"
              + " the user's cache")
  @Nullable Path data;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "a folder for the scores and the outcome of each item")
  @Nullable Path out;

  @Option(
      names = "--skip-too-long",
      description =
          "leave out items with a choice or target that alone has more tokens than the model has"
              + " positions, and count them; without it, they are refused")
  boolean skipTooLong;

  @Mixin DeviceOption device = new DeviceOption();

  @Option(names = "--json", description = "one object")
  boolean json;

  @Mixin AdapterOptions adapter = new AdapterOptions();

  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    PluginRegistry registry = adapter.plugins.registry();
    TaskCatalog catalog = TaskCatalog.builtIn(registry);
    List<TaskCatalog.Entry> entries = catalog.find(tasks);
    List<Suite> suites =
        tasks.stream()
            .filter(t -> t.startsWith(Suite.MARK))
            .map(catalog::suite)
            .distinct()
            .toList();
    TaskRecords records = records(data);
    PreparedTask.Wish wish =
        new PreparedTask.Wish(
            limit,
            shots == null ? OptionalInt.empty() : OptionalInt.of(shots),
            Optional.ofNullable(split));
    List<PreparedTask> prepared =
        entries.stream().map(e -> PreparedTask.of(e, records, wish)).toList();
    HuggingFaceDirectory directory = HuggingFaceDirectory.open(model, registry);
    Optional<EvaluationFolder> folder = Optional.ofNullable(out).map(EvaluationFolder::create);
    Map<String, TaskRow> rows = new LinkedHashMap<>();
    try (ModelEvaluation evaluation =
        new ModelEvaluation(directory, adapter.weights(directory, registry), device.present())) {
      ModelEvaluation.Fitting fitting = evaluation.fitting(prepared, skipTooLong);
      fitting.told().forEach(line -> spec.commandLine().getErr().println(line + "; left out"));
      for (PreparedTask task : fitting.tasks()) {
        tell(task);
        TaskResult result = evaluation.of(task);
        folder.ifPresent(f -> f.writeItems(result.task(), Rows.items(result)));
        TaskRow row = Rows.task(task, result);
        rows.put(row.task(), row);
        tellCut(row);
        if (!json) {
          print(row);
        }
      }
    }
    List<SuiteRow> suiteRows = suites.stream().map(s -> Rows.suite(catalog, s, rows)).toList();
    EvaluationSummary summary =
        new EvaluationSummary(
            model.toString(),
            adapter.written().orElse(""),
            limit,
            List.copyOf(rows.values()),
            suiteRows);
    folder.ifPresent(f -> f.write(summary));
    PrintWriter to = spec.commandLine().getOut();
    if (json) {
      ObjectNode node = Json.object(summary);
      to.println(Json.text(node));
    } else {
      suiteRows.forEach(s -> to.println(Suite.MARK + s.suite() + " " + number(s.value())));
    }
    return ExitCode.OK;
  }

  /** The place of data that an option names, or that of the user. */
  static TaskRecords records(@Nullable Path folder) {
    TaskRecords own = TaskRecords.ofUser();
    return folder == null ? own : new TaskRecords(folder, own.hub());
  }

  private void tell(PreparedTask task) {
    PrintWriter err = spec.commandLine().getErr();
    err.println(
        task.task().name()
            + ": "
            + task.items().size()
            + " items of split "
            + task.split().split()
            + task.pool()
                .map(p -> ", " + task.task().shots().number() + " examples from " + p.split())
                .orElse(""));
    err.flush();
  }

  private void tellCut(TaskRow row) {
    if (row.cut() > 0) {
      PrintWriter err = spec.commandLine().getErr();
      err.println(
          row.task()
              + ": "
              + row.cut()
              + " of "
              + row.items()
              + " items have more tokens than the model has positions: the beginning of their"
              + " contexts was cut off");
      err.flush();
    }
  }

  private void print(TaskRow row) {
    PrintWriter to = spec.commandLine().getOut();
    for (TaskRow.Measured m : row.scores()) {
      to.println(
          row.task()
              + " "
              + m.measure()
              + " "
              + number(m.value())
              + (Double.isNaN(m.standardError()) ? "" : " ± " + number(m.standardError())));
    }
    to.flush();
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }
}
