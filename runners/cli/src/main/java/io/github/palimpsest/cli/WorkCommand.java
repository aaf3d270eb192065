package io.github.palimpsest.cli;

import io.github.palimpsest.cli.option.Devices;
import io.github.palimpsest.cli.option.DiskSize;
import io.github.palimpsest.cli.option.FolderExperiment;
import io.github.palimpsest.cli.option.PluginOptions;
import io.github.palimpsest.cli.option.Span;
import io.github.palimpsest.cli.option.TrackingOptions;
import io.github.palimpsest.cli.terminal.ExitCode;
import io.github.palimpsest.cli.terminal.NativeMessages;
import io.github.palimpsest.cli.terminal.Progress;
import io.github.palimpsest.cli.terminal.SharedWork;
import io.github.palimpsest.execution.Assignment;
import io.github.palimpsest.execution.Executor;
import io.github.palimpsest.execution.FolderCheck;
import io.github.palimpsest.execution.RunSettings;
import io.github.palimpsest.execution.lease.Participant;
import io.github.palimpsest.execution.memory.PlanMemory;
import io.github.palimpsest.execution.pool.Joining;
import io.github.palimpsest.execution.pool.Worker;
import io.github.palimpsest.execution.pool.WorkerCommand;
import io.github.palimpsest.execution.pool.WorkerPool;
import io.github.palimpsest.experiment.plan.Cell;
import io.github.palimpsest.experiment.plan.InputRooms;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.experiment.subject.Subject;
import io.github.palimpsest.experiment.subject.Subjects;
import io.github.palimpsest.results.folder.FolderLayout;
import io.github.palimpsest.results.folder.GridPlan;
import io.github.palimpsest.results.folder.RunStatus;
import io.github.palimpsest.results.folder.Track;
import io.github.palimpsest.tracking.Tracking;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code work}: shares the work on an output folder with any number of other processes. */
@Command(
    name = "work",
    description = {
      "Works on a planned or started experiment until nothing is left.",
      "Any number of workers on any machines that see the folder share the work."
    },
    mixinStandardHelpOptions = true)
final class WorkCommand implements Callable<Integer> {
  @Parameters(paramLabel = "DIR", description = "the output folder of 'plan' or 'run'")
  Path folder = Path.of("");

  @Option(
      names = "--device",
      paramLabel = "D",
      description = "cpu or gpu:N, or several as gpu:0-3; default: that of the folder")
  @Nullable String device;

  @Mixin PluginOptions plugins = new PluginOptions();
  @Mixin TrackingOptions tracking = new TrackingOptions();

  @Option(
      names = "--disk-budget",
      paramLabel = "SIZE",
      converter = DiskSize.class,
      description =
          "keep the output folder below this size, for example 20GB: states within cells that no"
              + " open cell needs are removed; give each worker the same; default: no limit")
  long diskBudget = RunSettings.ANY_SIZE;

  @Option(
      names = "--lease",
      paramLabel = "TIME",
      converter = Span.class,
      defaultValue = "60s",
      description =
          "others may take this worker's stage over when it has shown no sign of life for this"
              + " time (for example 30s or 5m); default: 60s")
  Duration lease = Participant.USUAL_LEASE;

  @Option(names = "--worker", hidden = true, description = "this process is the one that works")
  boolean worker;

  @Option(names = "--plan", hidden = true, description = "the hash of the pool's plan")
  @Nullable String planned;

  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    Plan plan = FolderExperiment.recorded(folder, device, plugins);
    NativeMessages.divert();
    Devices.present(plan.experiment().device());
    if (worker) {
      return work(plan);
    }
    untracked(plan.experiment().track()).ifPresent(spec.commandLine().getErr()::println);
    // whoever has nothing to do has the time to read through what is done, as 'run' does
    if (isFinished(plan)
        && StatusCommand.told(FolderCheck.all(folder), spec.commandLine().getErr())) {
      return ExitCode.FAILED;
    }
    Optional<Plan> next = Optional.of(plan);
    while (next.isPresent()) {
      plan = next.get();
      int code = join(plan);
      if (code != ExitCode.OK) {
        return code;
      }
      next = changed(plan);
    }
    spec.commandLine().getOut().println(RunStatus.of(folder).headline());
    if (!plan.experiment().probes().isEmpty()) {
      spec.commandLine()
          .getErr()
          .println(
              "'work' measures no probes: 'palimpsest run' of the same file and folder measures"
                  + " those that it asks for");
    }
    return isFinished(plan) ? ExitCode.OK : ExitCode.FAILED;
  }

  private boolean isFinished(Plan plan) {
    return plan.cells().stream().allMatch(c -> FolderExperiment.isFinished(c, folder));
  }

  /** The folder's plan, if it has other cells by now than those that were worked on. */
  private Optional<Plan> changed(Plan plan) {
    Set<String> done = plan.cells().stream().map(Cell::id).collect(Collectors.toSet());
    return GridPlan.of(new FolderLayout(folder)).byId().keySet().equals(done)
        ? Optional.empty()
        : Optional.of(FolderExperiment.recorded(folder, device, plugins));
  }

  /** Works until no cell of a plan is open. */
  private int join(Plan plan) {
    PrintWriter err = spec.commandLine().getErr();
    try (Tracking shown = tracking.follow(folder, Track.NONE, plan.registry(), err);
        Progress progress = Progress.joining(err, plan, settings(), new SharedWork(folder));
        Interruption interruption = Interruption.heard(progress::print)) {
      TerminalListener told = new TerminalListener(progress, interruption, () -> {});
      shown.begin();
      int code = executor(plan).execute(plan, settings(), folder, told).orElse(ExitCode.OK);
      if (interruption.stops()) {
        err.println("stopped; finished work is in " + folder + "; the same command continues");
        return ExitCode.INTERRUPTED;
      }
      return code;
    }
  }

  /** Many workers of one folder would show each cell many times, so none does of its own accord. */
  private Optional<String> untracked(Track file) {
    List<Track.Target> left =
        file.targets().stream().filter(t -> !tracking.names(t.tracker())).toList();
    return left.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "the trackers of the experiment file ("
                + left.stream().map(Track.Target::tracker).collect(Collectors.joining(", "))
                + ") are not shown by 'work': 'palimpsest watch "
                + folder
                + "' shows all workers, and so does one worker with the same option");
  }

  private RunSettings settings() {
    return new RunSettings(
        RunSettings.DEFAULT.sharing(), RunSettings.DEFAULT.patience(), diskBudget);
  }

  /** As with {@code run}, a crash of native code is only a failed stage. */
  private Executor executor(Plan plan) {
    if (!Boolean.getBoolean("palimpsest.command")) {
      return new Joining(() -> opened(plan), Participant.of(lease));
    }
    List<String> arguments =
        new ArrayList<>(spec.root().commandLine().getParseResult().originalArgs());
    arguments.addAll(List.of("--worker", "--plan", plan.sha256()));
    WorkerCommand command = new WorkerCommand(Main.class.getName(), arguments, folder, "");
    return WorkerPool.joining(command, plugins.stall.timeout);
  }

  private Subject opened(Plan plan) {
    Subject subject = Subjects.open(plan.experiment(), plan.registry());
    InputRooms.require(plan, subject);
    PrintWriter err = spec.commandLine().getErr();
    subject.data().warnings().forEach(w -> err.println("palimpsest: " + w));
    PlanMemory.warning(plan, subject, 1).ifPresent(w -> err.println("palimpsest: " + w));
    plan.experiment().slotNotice().ifPresent(n -> err.println("palimpsest: " + n));
    return subject;
  }

  private int work(Plan plan) {
    if (planned != null && !planned.equals(plan.sha256())) {
      return ExitCode.OK; // the process that started this one reads the folder's plan again
    }
    PrintWriter out = spec.commandLine().getOut();
    System.setOut(System.err); // output of a component is not an event
    try (Interruption interruption = Interruption.heard()) {
      Participant as = Participant.of(lease);
      PrintWriter err = spec.commandLine().getErr();
      return new Worker(plan, settings(), as, Assignment.ALL, folder, out, err)
          .work(() -> opened(plan), interruption::stop, interruption::stops);
    }
  }
}
