package io.github.palimpsest.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.cli.option.PluginOptions;
import io.github.palimpsest.cli.terminal.ExitCode;
import io.github.palimpsest.experiment.task.Suite;
import io.github.palimpsest.experiment.task.TaskCatalog;
import io.github.palimpsest.experiment.task.TaskRecords;
import io.github.palimpsest.llm.task.BenchmarkTask;
import io.github.palimpsest.llm.task.TaskMeasure;
import io.github.palimpsest.results.folder.Json;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tasks}: the benchmark tasks and suites. */
@Command(
    name = "tasks",
    description = "Lists benchmark tasks and suites, or describes some.",
    mixinStandardHelpOptions = true)
final class TasksCommand implements Callable<Integer> {
  @Parameters(
      arity = "0..*",
      paramLabel = "NAME",
      description = "tasks, suites (@paper) and task files to describe")
  List<String> names = List.of();

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "the data folder; default: as for evaluate")
  @Nullable Path data;

  @Option(names = "--json", description = "one object")
  boolean json;

  @Mixin PluginOptions plugins = new PluginOptions();

  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    PluginRegistry registry = plugins.registry();
    TaskCatalog catalog = TaskCatalog.builtIn(registry);
    TaskRecords records = EvaluateCommand.records(data);
    List<TaskCatalog.Entry> entries =
        names.isEmpty() ? List.copyOf(catalog.tasks()) : catalog.find(names);
    List<Suite> suites =
        names.isEmpty()
            ? List.copyOf(catalog.suites())
            : names.stream().filter(n -> n.startsWith(Suite.MARK)).map(catalog::suite).toList();
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(Json.text(tree(entries, suites, records)));
      return ExitCode.OK;
    }
    for (TaskCatalog.Entry e : entries) {
      if (names.isEmpty()) {
        out.println(line(e, records));
      } else {
        describe(e, records).forEach((key, value) -> out.println(key + ": " + value));
        out.println();
      }
    }
    suites.forEach(s -> out.println(Suite.MARK + s.name() + "  " + s.about() + ": " + members(s)));
    return ExitCode.OK;
  }

  private static String members(Suite suite) {
    int most = 8;
    String some = suite.members().stream().limit(most).collect(Collectors.joining(", "));
    int more = suite.members().size() - most;
    return more > 0 ? some + " and " + more + " more" : some;
  }

  private static String line(TaskCatalog.Entry e, TaskRecords records) {
    BenchmarkTask task = e.task();
    return task.name()
        + "  "
        + task.about().title()
        + "  "
        + source(task)
        + "  "
        + task.about().licence()
        + "  "
        + sizes(task)
        + here(e, records).map(h -> "here: " + h).orElse("not here");
  }

  private static String source(BenchmarkTask task) {
    BenchmarkTask.Data data = task.data();
    return data.files().isEmpty()
        ? data.set() + (data.config().isEmpty() ? "" : " " + data.config())
        : data.files().values().stream().distinct().collect(Collectors.joining(", "));
  }

  private static String sizes(BenchmarkTask task) {
    return task.data().sizes().entrySet().stream()
        .map(s -> s.getKey() + " " + s.getValue() + "  ")
        .collect(Collectors.joining());
  }

  private static Optional<String> here(TaskCatalog.Entry e, TaskRecords records) {
    return records.find(e, e.task().data().splits()).map(TaskRecords.Split::split);
  }

  private static Map<String, String> describe(TaskCatalog.Entry e, TaskRecords records) {
    BenchmarkTask task = e.task();
    Map<String, String> all = new LinkedHashMap<>();
    all.put("task", task.name());
    all.put("title", task.about().title());
    all.put("about", task.about().text());
    all.put("licence", task.about().licence());
    all.put("source", source(task));
    all.put("splits", String.join(", ", task.data().splits()));
    all.put("sizes", sizes(task).strip());
    all.put(
        "measures",
        task.measures().stream().map(TaskMeasure::name).collect(Collectors.joining(", ")));
    all.put(
        "examples",
        task.shots().number()
            + ", "
            + task.shots().order()
            + ", from "
            + String.join(" or ", task.shots().splits()));
    all.put(
        "files",
        records
            .find(e, task.data().splits())
            .map(s -> s.files().stream().map(Path::toString).collect(Collectors.joining(", ")))
            .orElse(
                task.data().files().isEmpty() ? "none in " + records.place(task.data()) : "none"));
    return all;
  }

  private static ObjectNode tree(
      List<TaskCatalog.Entry> entries, List<Suite> suites, TaskRecords records) {
    ObjectNode root = Json.object();
    ArrayNode tasks = root.putArray("tasks");
    entries.forEach(
        e -> {
          ObjectNode task = tasks.addObject();
          describe(e, records).forEach(task::put);
          ObjectNode sizes = task.putObject("sizes");
          e.task().data().sizes().forEach(sizes::put);
        });
    root.set("suites", Json.tree(suites));
    return root;
  }
}
