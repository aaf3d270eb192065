package io.github.palimpsest.cli;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.RuleViolationException;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.cli.option.ClusterOptions;
import io.github.palimpsest.cli.option.Devices;
import io.github.palimpsest.cli.option.DiskSize;
import io.github.palimpsest.cli.option.ExperimentOptions;
import io.github.palimpsest.cli.option.FolderExperiment;
import io.github.palimpsest.cli.option.FormerPlan;
import io.github.palimpsest.cli.option.PluginOptions;
import io.github.palimpsest.cli.option.PrecisionOptions;
import io.github.palimpsest.cli.option.ProbeOptions;
import io.github.palimpsest.cli.option.Ranged;
import io.github.palimpsest.cli.option.RequiredCertificates;
import io.github.palimpsest.cli.option.TrackingOptions;
import io.github.palimpsest.cli.option.WorkerDevices;
import io.github.palimpsest.cli.terminal.ExitCode;
import io.github.palimpsest.cli.terminal.NativeMessages;
import io.github.palimpsest.cli.terminal.Progress;
import io.github.palimpsest.execution.Assignment;
import io.github.palimpsest.execution.Executor;
import io.github.palimpsest.execution.InProcess;
import io.github.palimpsest.execution.RunSettings;
import io.github.palimpsest.execution.UntilPrecise;
import io.github.palimpsest.execution.cluster.Cluster;
import io.github.palimpsest.execution.cluster.ClusterExecutor;
import io.github.palimpsest.execution.lease.Participant;
import io.github.palimpsest.execution.memory.PlanMemory;
import io.github.palimpsest.execution.pool.PoolSize;
import io.github.palimpsest.execution.pool.Worker;
import io.github.palimpsest.execution.pool.WorkerCommand;
import io.github.palimpsest.execution.pool.WorkerPool;
import io.github.palimpsest.execution.probe.ProbeRun;
import io.github.palimpsest.experiment.file.Experiment;
import io.github.palimpsest.experiment.plan.Cell;
import io.github.palimpsest.experiment.plan.InputRooms;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.experiment.subject.Subject;
import io.github.palimpsest.experiment.subject.Subjects;
import io.github.palimpsest.results.folder.Json;
import io.github.palimpsest.results.folder.RunStatus;
import io.github.palimpsest.results.text.MissingValues;
import io.github.palimpsest.results.text.ReportText;
import io.github.palimpsest.results.text.Results;
import io.github.palimpsest.tracking.Tracking;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code run}: runs all cells that have no result yet, and prints the report. */
@Command(
    name = "run",
    description = "Runs an experiment; continues an earlier run that was stopped.",
    mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {
  /** Whether the launcher started this process: its workers are always processes. */
  private static final boolean LAUNCHED = Boolean.getBoolean("palimpsest.command");

  @Mixin ExperimentOptions experiment = new ExperimentOptions();
  @Mixin PluginOptions plugins = new PluginOptions();
  @Mixin TrackingOptions tracking = new TrackingOptions();
  @Mixin PrecisionOptions precision = new PrecisionOptions();
  @Mixin ClusterOptions on = new ClusterOptions();
  @Mixin WorkerDevices devices = new WorkerDevices();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "the output folder; default: palimpsest-out/NAME")
  @Nullable Path out;

  @Option(
      names = "--no-sharing",
      description = "train every cell separately, without sharing the training of common tasks")
  boolean separate;

  @Option(
      names = "--workers",
      converter = Ranged.Workers.class,
      paramLabel = "N",
      description =
          "number of processes that share the work and the processors; default: that of --devices,"
              + " or as many as keep the processors busy, at most 8: one for a model of more than a"
              + " million parameters")
  @Nullable Integer asked;

  /** The number of processes. */
  private int workers;

  @Option(
      names = "--fail-fast",
      description = "stop at the first cell that fails; unfinished work is kept")
  boolean failFast;

  @Option(names = "--keep-going", description = "continue with the other cells; the default")
  boolean keepGoing;

  @Option(
      names = "--disk-budget",
      paramLabel = "SIZE",
      converter = DiskSize.class,
      description =
          "keep the output folder below this size, for example 20GB: states within cells that no"
              + " open cell needs are removed; default: no limit")
  long diskBudget = RunSettings.ANY_SIZE;

  @Option(names = "--plan", hidden = true, description = "the hash of the pool's plan")
  @Nullable String planned;

  @Option(
      names = "--require-certified",
      description = "refuse components without a certificate (see verify)")
  boolean requireCertified;

  @Option(names = "--worker", hidden = true, description = "this process is one of several workers")
  boolean worker;

  @Option(
      names = "--assignment",
      hidden = true,
      converter = AssignmentText.class,
      defaultValue = "all",
      description = "the part of the plan that this worker does")
  Assignment assignment = Assignment.ALL;

  @Option(
      names = "--cell",
      paramLabel = "ID",
      description =
          "run only this cell: an id or its beginning; may be repeated; the others stay planned")
  List<String> cells = new ArrayList<>();

  @Option(names = "--json", description = "print the report as JSON")
  boolean json;

  @Spec CommandSpec spec = CommandSpec.create();

  /** How many seeds the file lists. */
  private int listed;

  /** What to tell of the data when the run has begun, unless a worker tells it. */
  private final List<String> notes = new ArrayList<>();

  private Optional<Supplier<Cluster>> cluster = Optional.empty();

  private static final class AssignmentText implements ITypeConverter<Assignment> {
    @Override
    public Assignment convert(String text) {
      return Assignment.parse(text);
    }
  }

  @Override
  public Integer call() {
    Optional<UntilPrecise> rule = worker ? Optional.empty() : rule();
    workers = devices.workers(asked);
    devices.name(experiment);
    Experiment read = experiment.read();
    if (on.wanted() && devices.given()) {
      throw new PalimpsestException(
          "--devices is for workers of this machine; a cluster gives each task its GPU: leave it"
              + " out with --on");
    }
    if (!worker) {
      boolean counted = spec.commandLine().getParseResult().hasMatchedOption("--workers");
      cluster = on.cluster(read, counted);
      on.requireNoBudget(diskBudget);
    }
    listed = read.seeds().size() - experiment.addedSeeds;
    PluginRegistry registry = plugins.registry();
    TrackingOptions.check(read, registry);
    Plan whole = Plan.of(read, registry);
    Plan plan = cells.isEmpty() ? whole : whole.only(cells);
    if (!worker) {
      plan.warnings().forEach(r -> spec.commandLine().getErr().println("palimpsest: " + r));
    }
    if (plan.cells().isEmpty()) {
      throw new RuleViolationException(
          "no-cell",
          "every cell of the experiment is excluded; the first: "
              + plan.excluded().get(0).reason());
    }
    if (requireCertified) {
      new RequiredCertificates(plan, plugins.folder, spec.commandLine().getErr()).check();
    }
    Path folder = out == null ? FolderExperiment.ofName(read.name()) : out;
    Plan first = rule.map(r -> r.begin(plan, folder)).orElse(plan);
    if (!worker) {
      FormerPlan.changes(first, experiment.file, folder)
          .forEach(c -> spec.commandLine().getErr().println("palimpsest: " + c));
    }
    if (asked == null && !worker && !on.wanted() && !devices.given() && LAUNCHED) {
      workers = PoolSize.of(first, open(first, folder));
    }
    PrintWriter err = spec.commandLine().getErr();
    NativeMessages.divert();
    if (worker || !on.wanted() && !devices.given()) { // else the workers see the device
      Devices.present(read.device());
    }
    RunSettings settings =
        new RunSettings(
            separate ? RunSettings.Sharing.SEPARATE : RunSettings.Sharing.SHARED,
            failFast ? RunSettings.Patience.FAIL_FAST : RunSettings.Patience.KEEP_GOING,
            diskBudget);
    if (worker) {
      return work(plan, settings, on.scratch == null ? folder : on.scratch);
    }
    if (failFast && keepGoing) {
      throw new PalimpsestException("either --fail-fast or --keep-going, not both");
    }
    Plan last = first;
    boolean probed;
    try (Tracking shown = tracking.follow(folder, read.track(), plan.registry(), err)) {
      Optional<Plan> next = Optional.of(first);
      while (next.isPresent()) {
        Plan now = next.get();
        last = now;
        int code = run(now, settings, folder, shown);
        if (code != ExitCode.OK) {
          return code;
        }
        next = rule.flatMap(r -> r.next(now, settings, folder));
        next.flatMap(p -> p.experiment().precision()).ifPresent(p -> err.println(p.words()));
      }
      probed = probe(last, folder, err);
    }
    Results report = Results.of(folder);
    spec.commandLine().getOut().println(json ? Json.text(report.json()) : ReportText.of(report));
    if (json) { // the text has them
      report.rehearsal().forEach(err::println);
    }
    if (report.missing() > 0) { // else none has failed, and the folder need not be read again
      RunStatus status = RunStatus.of(folder);
      if (status.failed() > 0) {
        err.println(status.progress());
      }
    }
    err.println("results in " + folder);
    boolean complete = last.cells().stream().allMatch(c -> FolderExperiment.isFinished(c, folder));
    boolean measured = new MissingValues(report).failedMetrics().isEmpty();
    return complete && measured && probed ? ExitCode.OK : ExitCode.FAILED;
  }

  /** The number of cells without a result, as far as it decides on the number of workers. */
  private static int open(Plan plan, Path folder) {
    return (int)
        plan.cells().stream()
            .filter(c -> !FolderExperiment.isFinished(c, folder))
            .limit(PoolSize.MOST)
            .count();
  }

  /** The rule that adds seeds; empty if none was asked for. */
  private Optional<UntilPrecise> rule() {
    Optional<UntilPrecise> rule = precision.rule();
    if (rule.isPresent() && !cells.isEmpty()) {
      throw new PalimpsestException(
          "--until-precise decides by the results of all cells: not with --cell");
    }
    if (rule.isPresent() && experiment.addedSeeds > 0) {
      throw new PalimpsestException(
          "either --until-precise, which adds seeds itself, or --add-seeds "
              + experiment.addedSeeds
              + ", not both");
    }
    return rule;
  }

  /** Runs a plan to its end, and says so if it was interrupted. */
  private int run(Plan plan, RunSettings settings, Path folder, Tracking shown) {
    PrintWriter err = spec.commandLine().getErr();
    try (Progress progress = Progress.on(err, plan, settings, on.wanted() ? 0 : workers);
        Interruption interruption = Interruption.heard(progress::print)) {
      int code = run(plan, settings, folder, progress, interruption, shown);
      if (interruption.stops()) {
        err.println(
            "stopped; finished work is in " + folder + "; run the same command again to continue");
        return ExitCode.INTERRUPTED;
      }
      return code;
    }
  }

  /**
   * What the experiment file asks to be measured of finished cells and their stages.
   *
   * @return false if a probe failed; the cells have their results all the same
   */
  private static boolean probe(Plan plan, Path folder, PrintWriter err) {
    List<Cell> finished =
        plan.cells().stream().filter(c -> FolderExperiment.isFinished(c, folder)).toList();
    if (finished.isEmpty()) {
      return true;
    }
    return ProbeRun.planned(plan)
        .map(
            p ->
                new ProbeOptions()
                    .measure(ProbeOptions.Moment.BOTH, plan, finished, p, folder, err)
                    .complete())
        .orElse(true);
  }

  private int run(
      Plan plan,
      RunSettings settings,
      Path folder,
      Progress progress,
      Interruption interruption,
      Tracking shown) {
    Executor.Listener told =
        new TerminalListener(
            progress,
            interruption,
            () -> {
              FolderExperiment.origin(experiment, plugins, added(plan)).write(folder);
              shown.begin();
              notes.forEach(progress::print);
              notes.clear();
            });
    return executor(plan).execute(plan, settings, folder, told).orElse(ExitCode.OK);
  }

  /**
   * The command's workers are always processes, so a crash of native code is only a failed stage.
   */
  private Executor executor(Plan plan) {
    boolean apart = workers > 1 || devices.given() || LAUNCHED;
    if (cluster.isEmpty() && !apart) {
      return new InProcess(() -> opened(plan, spec.commandLine().getErr()));
    }
    List<String> own = spec.root().commandLine().getParseResult().originalArgs();
    List<String> arguments = new ArrayList<>(own);
    arguments.addAll(List.of("--worker", "--plan", plan.sha256()));
    if (experiment.addedSeeds == 0 && added(plan) > 0) { // else the arguments hold it
      arguments.addAll(List.of("--add-seeds", "" + added(plan)));
    }
    if (asked == null && workers > 1 && !devices.given()) {
      arguments.addAll(List.of("--workers", "" + workers));
    }
    arguments.addAll(on.ofWorkers());
    WorkerCommand command =
        new WorkerCommand(Main.class.getName(), arguments, experiment.file, "--submitted");
    return cluster
        .<Executor>map(
            c ->
                new ClusterExecutor(
                    c,
                    command,
                    plugins.stall.timeout,
                    on.results(ProbeRun.planned(plan).isPresent())))
        .orElseGet(
            () -> new WorkerPool(workers, command, plugins.stall.timeout).onGpus(devices.gpus()));
  }

  /** Opens model and data, and warns if the workers need more memory than there is. */
  private Subject opened(Plan plan, PrintWriter err) {
    Subject subject = Subjects.open(plan.experiment(), plan.registry());
    InputRooms.require(plan, subject);
    if (WorkerPool.isFirst()) {
      Consumer<String> told = worker ? err::println : notes::add;
      subject.data().sentences(true).forEach(told);
      subject.data().warnings().forEach(w -> told.accept("palimpsest: " + w));
      PlanMemory.warning(plan, subject, workers).ifPresent(w -> err.println("palimpsest: " + w));
      plan.experiment().slotNotice().ifPresent(n -> err.println("palimpsest: " + n));
    }
    return subject;
  }

  /** How many seeds a plan has more than the file. */
  private int added(Plan plan) {
    return plan.experiment().seeds().size() - listed;
  }

  private int work(Plan plan, RunSettings settings, Path folder) {
    if (planned != null && !planned.equals(plan.sha256())) {
      throw new PalimpsestException(
          "the plugins, the data or the model have changed since the run began: start it again");
    }
    PrintWriter out = spec.commandLine().getOut();
    System.setOut(System.err); // output of a component is not an event
    try (Interruption interruption = Interruption.heard()) {
      PrintWriter err = spec.commandLine().getErr();
      return new Worker(plan, settings, Participant.USUAL, assignment, folder, out, err)
          .work(() -> opened(plan, err), interruption::stop, interruption::stops);
    }
  }
}
