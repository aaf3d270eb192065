package io.github.palimpsest.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.RuleViolationException;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.cli.option.Devices;
import io.github.palimpsest.cli.option.EstimateOptions;
import io.github.palimpsest.cli.option.ExperimentOptions;
import io.github.palimpsest.cli.option.FolderExperiment;
import io.github.palimpsest.cli.option.FormerPlan;
import io.github.palimpsest.cli.option.PluginOptions;
import io.github.palimpsest.cli.option.Ranged;
import io.github.palimpsest.cli.option.SeedOptions;
import io.github.palimpsest.cli.option.TrackingOptions;
import io.github.palimpsest.cli.submit.Submission;
import io.github.palimpsest.cli.submit.SubmissionOptions;
import io.github.palimpsest.cli.terminal.ExitCode;
import io.github.palimpsest.cli.terminal.NativeMessages;
import io.github.palimpsest.execution.Calibration;
import io.github.palimpsest.execution.ExperimentRun;
import io.github.palimpsest.execution.Forecast;
import io.github.palimpsest.execution.RunSettings;
import io.github.palimpsest.execution.memory.MachineMemory;
import io.github.palimpsest.execution.memory.PlanDisk;
import io.github.palimpsest.execution.memory.PlanMemory;
import io.github.palimpsest.experiment.file.Experiment;
import io.github.palimpsest.experiment.plan.Cell;
import io.github.palimpsest.experiment.plan.InputRooms;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.experiment.plan.Stage;
import io.github.palimpsest.experiment.plan.Stages;
import io.github.palimpsest.experiment.subject.InputPaths;
import io.github.palimpsest.experiment.subject.Subject;
import io.github.palimpsest.experiment.subject.Subjects;
import io.github.palimpsest.results.analysis.SeedPlan;
import io.github.palimpsest.results.folder.DataUse;
import io.github.palimpsest.results.folder.GridPlan.Excluded;
import io.github.palimpsest.results.folder.Json;
import io.github.palimpsest.results.text.Hours;
import io.github.palimpsest.results.text.Printable;
import io.github.palimpsest.results.text.TextTable;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code plan}: the cells and expected cost of a run, and the excluded cells. */
@Command(
    name = "plan",
    description = {
      "Shows the cells of an experiment, the excluded ones, and the expected cost of a run.",
      "A few steps are timed for the forecast and discarded; nothing is trained."
    },
    mixinStandardHelpOptions = true)
final class PlanCommand implements Callable<Integer> {
  private static final String UNREAD =
      "the data were not read (--calibration 0): 'run' may refuse their records";

  @Mixin ExperimentOptions experiment = new ExperimentOptions();
  @Mixin PluginOptions plugins = new PluginOptions();
  @Mixin SeedOptions seeds = new SeedOptions();

  @Option(names = "--json", description = "one object")
  boolean json;

  @Option(
      names = "--calibration",
      converter = Ranged.CountOrNone.class,
      paramLabel = "SECONDS",
      defaultValue = "20",
      description =
          "time steps for at most about this number of seconds; 0 times none, reads no data and leaves"
              + " out the forecast; default: 20")
  int calibration;

  @Option(
      names = "--workers",
      converter = Ranged.Workers.class,
      paramLabel = "N",
      defaultValue = "1",
      description =
          "compare the memory of this number of processes with that of the machine; the number of"
              + " workers of --slurm, --k8s or --shell; default: 1")
  int workers;

  @Mixin SubmissionOptions submission = new SubmissionOptions();
  @Mixin EstimateOptions estimate = new EstimateOptions();

  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    submission.check();
    estimate.check();
    Experiment read = experiment.read();
    PluginRegistry registry = plugins.registry();
    TrackingOptions.check(read, registry);
    read.slotNotice().ifPresent(n -> spec.commandLine().getErr().println("palimpsest: " + n));
    if (estimate.wanted()) {
      requireNone(
          "--estimate",
          "--slurm",
          "--k8s",
          "--shell",
          "--calibration",
          "--workers",
          "--pilot",
          "--sd",
          "--difference");
      spec.commandLine().getOut().print(estimate.of(read, registry, json));
      return ExitCode.OK;
    }
    Plan plan = Plan.of(read, registry);
    plan.warnings().forEach(r -> spec.commandLine().getErr().println("palimpsest: " + r));
    if (submission.wanted()) {
      return submit(read, plan);
    }
    Stages stages = Stages.of(plan, true);
    Optional<SeedPlan> can = seeds.of(plan);
    Optional<Forecast> forecast = forecast(plan, read);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      ObjectNode node = json(plan, stages, forecast);
      can.ifPresent(c -> seeds.json(plan, c, node));
      out.println(Json.text(node));
      if (calibration == 0) {
        spec.commandLine().getErr().println(UNREAD);
      }
    } else {
      out.print(text(plan, stages, forecast));
      can.ifPresent(c -> out.print(seeds.text(plan, c)));
    }
    return plan.cells().isEmpty() ? ExitCode.RULE : ExitCode.OK;
  }

  private void requireNone(String given, String... ignored) {
    for (String option : ignored) {
      if (spec.commandLine().getParseResult().hasMatchedOption(option)) {
        throw new PalimpsestException(option + " has no effect with " + given);
      }
    }
  }

  /** What workers read: the inputs of the experiment, and the plugins. */
  private List<InputPaths.Input> inputs(Experiment read) {
    List<InputPaths.Input> all = new ArrayList<>(InputPaths.of(read));
    if (plugins.folder != null) {
      all.add(
          new InputPaths.Input(
              "the folder of plugins", plugins.folder.toAbsolutePath().normalize()));
    }
    return all;
  }

  /** Prepares the output folder and writes the file that starts its workers. */
  private int submit(Experiment read, Plan plan) {
    requireNone("--slurm, --k8s or --shell", "--json", "--calibration");
    if (plan.cells().isEmpty()) {
      throw new RuleViolationException("no-cell", "every cell of the experiment is excluded");
    }
    NativeMessages.divert();
    try (Subject subject = Subjects.open(read, plan.registry())) {
      InputRooms.require(plan, subject);
      memory = PlanMemory.of(plan, subject, 1); // each on processors of its own
    }
    Path folder = submission.folder(read.name());
    FormerPlan.changes(plan, experiment.file, folder)
        .forEach(c -> spec.commandLine().getErr().println("palimpsest: " + c));
    ExperimentRun.prepare(plan, RunSettings.DEFAULT, folder);
    ExperimentRun.submit(experiment.file, folder);
    FolderExperiment.origin(experiment, plugins, experiment.addedSeeds).write(folder);
    submission
        .unmounted(folder, () -> inputs(read))
        .forEach(u -> spec.commandLine().getErr().println("palimpsest: " + u));
    String text =
        submission.text(
            new Submission(
                read.name(),
                workers,
                submission.command(),
                Path.of("").toAbsolutePath(),
                folder,
                plugins.folder == null
                    ? List.of()
                    : List.of("--plugins", plugins.folder.toAbsolutePath().toString()),
                submission.cpus(),
                read.device().gpu() ? read.device().indices().size() : 0,
                memory.map(
                    m -> new Submission.Memory(m.estimate().bytes(), m.recipe().toString()))));
    submission
        .out()
        .ifPresentOrElse(
            file -> SubmissionOptions.write(file, text),
            () -> spec.commandLine().getOut().print(text));
    spec.commandLine()
        .getErr()
        .println(
            plan.cells().size()
                + " cells are planned in "
                + folder
                + submission.out().map(file -> "; the workers start by " + file).orElse(""));
    return ExitCode.OK;
  }

  /** The counts of records, for tasks whose data were read. */
  private DataUse data = DataUse.NONE;

  /** The predicted memory of a worker, if the data were read. */
  private Optional<PlanMemory> memory = Optional.empty();

  /** The space of the states, if the data were read. */
  private Optional<PlanDisk> disk = Optional.empty();

  private Optional<String> tooMuch(Plan plan, int processes) {
    return memory.flatMap(m -> m.warning(plan, processes));
  }

  private Optional<Forecast> forecast(Plan plan, Experiment read) {
    InputRooms.requireConfigured(plan); // before any data are read
    if (calibration == 0 || plan.cells().isEmpty()) {
      return Optional.empty();
    }
    NativeMessages.divert();
    Devices.present(read.device());
    try (Subject subject = Subjects.open(read, plan.registry())) {
      data = subject.data();
      PrintWriter err = spec.commandLine().getErr();
      data.sentences(true).forEach(err::println);
      data.warnings().forEach(w -> err.println("palimpsest: " + w));
      InputRooms.require(plan, subject);
      memory = PlanMemory.of(plan, subject, workers);
      disk = Optional.of(PlanDisk.of(plan, RunSettings.DEFAULT.stages(plan), subject));
      tooMuch(plan, workers).ifPresent(w -> err.println("palimpsest: " + w));
      err.flush();
      if (tooMuch(plan, 1).isPresent()) {
        return Optional.empty(); // steps that do not fit cannot be timed
      }
      return Optional.of(Calibration.of(plan, subject, Duration.ofSeconds(calibration)));
    }
  }

  private String text(Plan plan, Stages stages, Optional<Forecast> forecast) {
    StringBuilder text = new StringBuilder();
    if (!plan.cells().isEmpty()) {
      text.append(cells(plan, stages, forecast));
    }
    for (Excluded e : plan.excluded()) {
      text.append("excluded  ").append(Printable.line(e.levels() + ": " + e.reason())).append('\n');
    }
    if (!plan.selected().design().isEmpty()) {
      text.append("design    ").append(plan.selected().design());
      text.append("; left out: ").append(plan.selected().left()).append('\n');
      plan.selected().aliases().forEach(a -> text.append("aliases   ").append(a).append('\n'));
    }
    text.append('\n').append(format("%,d cells", plan.cells().size()));
    text.append(format(", %,d excluded%n", plan.excluded().size()));
    if (!plan.cells().isEmpty()) {
      int shared = stages.all().size();
      text.append(
          format(
              "%,d task trainings without sharing, %,d with sharing (%.1f times fewer)%n",
              stages.withoutSharing(), shared, (double) stages.withoutSharing() / shared));
      long references = stages.all().stream().filter(s -> s.reference() != null).count();
      text.append(
          references == 0
              ? ""
              : format("%,d of them train reference models for metrics%n", references));
    }
    forecast.ifPresent(f -> text.append(expected(plan, stages, f)));
    memory.ifPresent(m -> text.append(memory(m)));
    disk.ifPresent(d -> text.append(d.text()));
    if (calibration == 0) {
      text.append(UNREAD).append('\n');
    }
    return text.toString();
  }

  /** A row for each cell, with its cost when nothing is shared. */
  private static String cells(Plan plan, Stages stages, Optional<Forecast> forecast) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(
        forecast.isPresent()
            ? List.of("cell", "seed", "steps", "passes", "time", "recipe")
            : List.of("cell", "seed", "recipe"));
    for (Cell cell : plan.cells()) {
      List<String> row = new ArrayList<>(List.of(cell.id(), Long.toString(cell.seed())));
      forecast.ifPresent(
          f -> {
            List<Stage> chain = stages.of(cell);
            row.add(Long.toString(f.steps(chain)));
            row.add(format("%.0f", f.passes(chain)));
            row.add(time(f.seconds(chain)));
          });
      row.add(cell.label());
      rows.add(row);
    }
    List<Boolean> left = new ArrayList<>(Collections.nCopies(rows.get(0).size(), false));
    left.set(left.size() - 1, true);
    return TextTable.of(rows, left);
  }

  private static String expected(Plan plan, Stages stages, Forecast f) {
    List<Stage> separate = separate(plan, stages);
    Collection<Stage> shared = stages.all();
    StringBuilder text =
        new StringBuilder("\nForecast for one worker on this machine under its present load\n\n");
    text.append(
        TextTable.of(
            List.of(
                List.of("", "without sharing", "with sharing"),
                List.of("trainings", format("%,d", separate.size()), format("%,d", shared.size())),
                List.of(
                    "passes",
                    format("%,.0f", f.passes(separate)),
                    format("%,.0f", f.passes(shared))),
                List.of("training time", time(f.seconds(separate)), time(f.seconds(shared)))),
            List.of(true, false, false)));
    text.append(format("%nScores: %,d rows, ", f.rows()));
    text.append(f.points() == 0 ? "" : format("%,d points along the stages, ", f.points()));
    text.append(
        Double.isNaN(f.scoringSeconds())
            ? "not timed (give --calibration more seconds)\n"
            : time(f.scoringSeconds()) + "\n");
    text.append(
        format(
            "Timed: %s; the rest follows from the passes that components declare%n",
            f.measured().size() == 1
                ? "one kind of step"
                : f.measured().size() + " kinds of steps"));
    f.measured().stream()
        .filter(m -> !m.failure().isEmpty())
        .forEach(m -> text.append(format("fails     %s: %s%n", m.recipe(), m.failure())));
    return text.toString();
  }

  private static String memory(PlanMemory m) {
    return format(
            "%nMemory: about %,.0f MB per worker, most in %s with %s%n%n",
            m.estimate().bytes() / 1e6,
            m.estimate().moment(),
            Printable.line(m.recipe().toString()))
        + m.estimate().text()
        + m.devicesText();
  }

  private static List<Stage> separate(Plan plan, Stages stages) {
    return plan.cells().stream().flatMap(cell -> stages.needed(cell).stream()).toList();
  }

  private static String time(double seconds) {
    if (Double.isNaN(seconds)) {
      return "?";
    }
    return Hours.of(Duration.ofMillis(Math.round(seconds * 1000)));
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }

  private ObjectNode json(Plan plan, Stages stages, Optional<Forecast> forecast) {
    ObjectNode node = Json.object(plan.content());
    node.putObject("task_trainings")
        .put("without_sharing", stages.withoutSharing())
        .put("with_sharing", stages.all().size());
    forecast.ifPresent(
        f -> {
          ObjectNode expected = f.json(plan);
          memory.ifPresent(m -> expected.put("peak_rss_bytes", m.estimate().bytes()));
          node.set("expected", expected);
        });
    memory.ifPresent(
        m -> {
          ObjectNode predicted = m.estimate().json().put("recipe", m.recipe().toString());
          predicted.put("workers", workers).put("machine_bytes", MachineMemory.bytes());
          predicted.put("fits", tooMuch(plan, workers).isEmpty());
          m.devicesJson().ifPresent(d -> predicted.set("devices", d));
          node.set("memory", predicted);
        });
    disk.ifPresent(d -> node.set("disk", d.json()));
    if (data != DataUse.NONE) {
      node.set("data", data.json());
    }
    ObjectNode shared = node.putObject("shared");
    plan.shared().forEach(shared::put);
    return node;
  }
}
