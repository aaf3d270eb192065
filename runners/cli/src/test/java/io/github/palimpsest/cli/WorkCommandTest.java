package io.github.palimpsest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.cli.terminal.ExitCode;
import io.github.palimpsest.results.folder.CellResult;
import io.github.palimpsest.results.folder.FolderLayout;
import io.github.palimpsest.results.folder.GridPlan;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A grid that is planned on one machine and worked on by others. */
@Tag("native")
class WorkCommandTest {
  @TempDir Path temp;
  private Path file = Path.of("");
  private Path out = Path.of("");
  private Path data = Path.of("");

  @BeforeEach
  void files() throws IOException {
    Path model = TinyModel.save(temp.resolve("model"));
    data = TinyModel.instructions(temp.resolve("data.jsonl"), 16);
    file = TinyModel.experiment(temp, model, data, "[adamw]");
    out = temp.resolve("out");
  }

  @Test
  void a_planned_folder_is_worked_on_to_its_end() throws IOException {
    Path script = temp.resolve("run.sh");
    Command planned =
        Command.run("plan", file, "--shell", "--workers", 2, "--folder", out, "--out", script).ok();
    assertThat(planned.err()).contains("1 cells are planned in " + out + "; the workers start by");
    assertThat(script).content().contains("'work' '" + out + "'").contains("-lt 2 ]");
    assertThat(script)
        .content()
        .as("the prediction of a decoder")
        .containsPattern("# memory: [0-9,]+ MiB = ");
    assertThat(Command.run("status", out).ok().out()).startsWith("tiny: 0 of 1 cells done");
    Files.delete(file); // the folder has its text
    Command worked = Command.run("work", out).ok();
    assertThat(worked.out()).startsWith("tiny: 1 of 1 cells done, 0 failed");
    assertThat(worked.err()).contains("tiny: 1 cells, 0 excluded").contains("adamw, seed 1: done");
    assertThat(Command.run("work", out).ok().out()).as("nothing is left").isEqualTo(worked.out());
    assertThat(out.resolve("work")).doesNotExist();
  }

  @Test
  void a_worker_keeps_a_disk_budget_and_shows_trackers_that_it_is_given() throws IOException {
    Files.writeString(file, Files.readString(file) + "\ntrack: {tensorboard: unused}\n");
    Command.run("plan", file, "--shell", "--folder", out).ok();
    Command small = Command.run("work", out, "--disk-budget", "1KB");
    assertThat(small.code()).isEqualTo(ExitCode.USAGE);
    assertThat(small.err())
        .contains("the disk budget of 0.001 MB is too small")
        .containsPattern("Next: palimpsest work " + out + " --disk-budget [0-9]+MB")
        .contains("the trackers of the experiment file (tensorboard) are not shown by 'work'")
        .contains("'palimpsest watch " + out + "'");
    Path events = temp.resolve("events");
    Command worked = Command.run("work", out, "--disk-budget", "1GB", "--tensorboard", events).ok();
    assertThat(worked.out()).startsWith("tiny: 1 of 1 cells done, 0 failed");
    assertThat(worked.err()).doesNotContain("are not shown by 'work'");
    assertThat(events).isDirectoryRecursivelyContaining("glob:**/events.out.tfevents*");
    assertThat(temp.resolve("unused")).doesNotExist();
  }

  @Test
  void a_damaged_state_of_a_finished_grid_is_named_with_what_to_do() throws IOException {
    Command.run("run", file, "--out", out).ok();
    Command.run("work", out).ok();
    Path state;
    try (Stream<Path> stages = Files.list(out.resolve("stages"))) {
      state = stages.sorted().findFirst().orElseThrow().resolve("task.checkpoint");
    }
    byte[] bytes = Files.readAllBytes(state);
    bytes[bytes.length / 2] ^= 1;
    Files.write(state, bytes);
    Command damaged = Command.run("work", out);
    assertThat(damaged.code()).isEqualTo(ExitCode.FAILED);
    assertThat(damaged.out()).isEmpty();
    assertThat(damaged.err())
        .startsWith("palimpsest: '" + state + "' is damaged: its checksum differs")
        .endsWith("'palimpsest run' sets damaged files aside and computes them again\n");
    Command.run("run", file, "--out", out).ok();
    Command.run("work", out).ok();
  }

  @Test
  void what_is_no_planned_folder_or_has_changed_since_is_refused() throws IOException {
    assertThat(Command.run("work", temp).refusal(ExitCode.USAGE))
        .contains("is no output folder of a planned or started experiment")
        .contains("'palimpsest plan FILE --shell --folder " + temp + "'");
    Command.run("plan", file, "--slurm", "--folder", out).ok();
    Files.writeString(data, Files.readString(data).replace("reverse a", "turn a"));
    assertThat(Command.run("work", out).refusal(ExitCode.USAGE))
        .contains(
            "have changed since '"
                + out
                + "' was planned (it differs in task.1.data: 'first', "
                + data
                + "; task.2.data: 'second', "
                + data
                + "): its cell ")
        .endsWith(" (adamw, seed 1) is not among the cells that this machine reads");
  }

  private Path experiment(String optimizers) throws IOException {
    return TinyModel.experiment(temp, temp.resolve("model"), data, optimizers);
  }

  @Test
  void cells_that_are_planned_while_a_worker_works_are_worked_on_too() throws IOException {
    Command.run("plan", file, "--shell", "--folder", out).ok();
    Path longer = experiment("[adamw, sgd]");
    List<Command> planned = new ArrayList<>();
    Writer told =
        new StringWriter() {
          @Override
          public void flush() {
            if (planned.isEmpty() && toString().contains("adamw, seed 1: done")) {
              planned.add(Command.run("plan", longer, "--shell", "--folder", out).ok());
            }
          }
        };
    StringWriter printed = new StringWriter();
    int code =
        Main.run(
            new PrintWriter(printed, true), new PrintWriter(told, true), "work", out.toString());
    assertThat(code).as(told.toString()).isEqualTo(ExitCode.OK);
    assertThat(printed.toString()).startsWith("tiny: 2 of 2 cells done, 0 failed");
  }

  @Test
  void a_plan_that_leaves_out_unfinished_cells_says_so_and_hides_no_result() throws IOException {
    Path longer = experiment("[adamw, sgd]");
    Command.run("plan", longer, "--shell", "--folder", out).ok();
    String id = GridPlan.of(new FolderLayout(out)).cells().get(1).id();
    Command one = Command.run("run", longer, "--out", out, "--cell", id).ok();
    assertThat(one.err()).doesNotContain("leaves out");
    assertThat(one.out()).contains("sgd ", "1 cell has no result yet");
    assertThat(Command.run("status", out).ok().out())
        .as("the other cell stays planned")
        .startsWith("tiny: 1 of 2 cells done");
    Path other = experiment("[sam]");
    assertThat(Command.run("plan", other, "--shell", "--folder", out).ok().err())
        .contains(
            "palimpsest: '%s' leaves out 1 planned cell of '%s' without a result, the first "
                .formatted(other, out))
        .contains(" (adamw, seed 1): no worker trains what the latest plan does not name; '")
        .contains("'" + longer + "' planned it, and plans it again");
    assertThat(Command.run("status", out).ok().out())
        .contains("1 result of earlier plans in this folder is not shown");
    assertThat(Command.run("watch", out, "--once").ok().out())
        .contains("1 result of earlier plans in this folder is not shown");
  }

  @Test
  void cells_that_another_version_of_a_plugin_trains_again_are_told_first() throws IOException {
    Command.run("run", file, "--out", out).ok();
    assertThat(Command.run("plan", file, "--shell", "--folder", out).ok().err())
        .doesNotContain("trained again");
    FolderLayout layout = new FolderLayout(out);
    String id = GridPlan.of(layout).cells().get(0).id();
    CellResult.Source now = CellResult.of(layout.result(id)).components().get(0);
    Path former = layout.result("0123456789ab");
    Files.createDirectories(former.getParent());
    Files.writeString( // as a JAR of another hash would have left it
        former, Files.readString(layout.result(id)).replace(now.sha256(), "f".repeat(64)));
    Files.delete(layout.result(id));
    assertThat(Command.run("plan", file, "--shell", "--folder", out).ok().err())
        .contains(
            ("palimpsest: 1 cell of '%s' with a result is trained again, since '%s' is now of %s"
                    + " (%s, sha256 %s), and was of %s (%s, sha256 ffffffff); the earlier result"
                    + " stays, and no report shows it")
                .formatted(
                    out,
                    now.id(),
                    now.jar(),
                    now.version(),
                    now.sha256().substring(0, 8),
                    now.jar(),
                    now.version()));
  }

  @Test
  void a_machine_that_fails_is_told_apart_from_cells_that_fail() throws IOException {
    Path below = Files.writeString(temp.resolve("file"), "").resolve("out");
    assertThat(Command.run("run", file, "--out", below).refusal(ExitCode.MACHINE))
        .contains("cannot write to '" + below + "'");
    Path job = temp.resolve("job.yaml");
    Command.run(
            "plan", file, "--k8s", "--image", "i", "--claim", "c", "--folder", out, "--out", job)
        .ok();
    assertThat(job)
        .content()
        .as("its pod starts again")
        .contains("operator: In, values: [1, 2, 3]}");
  }

  @Test
  void a_job_names_the_inputs_that_its_pods_do_not_mount() {
    List<Object> plan =
        List.of("plan", file, "--k8s", "--image", "i", "--claim", "c", "--folder", out, "--mount");
    Path other = temp.resolve("volume");
    assertThat(Command.run(with(plan, other)).ok().err().lines())
        .contains(
            "palimpsest: the output folder, '%s', is outside '%s', where the pods mount the volume:"
                    .formatted(out, other)
                + " unless the image has it, move it there or give another --mount")
        .anyMatch(l -> l.startsWith("palimpsest: the model, '" + temp.resolve("model") + "', is"))
        .anyMatch(l -> l.startsWith("palimpsest: the data of 'first', '" + data + "', is outside"));
    assertThat(Command.run(with(plan, temp)).ok().err()).doesNotContain("is outside");
  }

  private static Object[] with(List<Object> command, Path mount) {
    return Stream.concat(command.stream(), Stream.of(mount)).toArray();
  }

  @Test
  void options_without_effect_are_refused() {
    assertThat(Command.run("plan", file, "--cpus", 3).refusal(ExitCode.USAGE))
        .contains("--cpus has no effect without --slurm, --k8s or --shell");
    assertThat(Command.run("plan", file, "--slurm", "--image", "x").refusal(ExitCode.USAGE))
        .contains("--image has no effect without --k8s");
    assertThat(Command.run("plan", file, "--k8s").refusal(ExitCode.USAGE))
        .contains("--k8s needs --image and --claim");
    assertThat(Command.run("plan", file, "--shell", "--queue", "q").refusal(ExitCode.USAGE))
        .contains("--queue has no effect with --shell");
    assertThat(
            Command.run("plan", file, "--slurm", "--queue", "a b\n#SBATCH --x")
                .refusal(ExitCode.USAGE))
        .contains("is no name");
    assertThat(Command.run("plan", file, "--slurm", "--json").refusal(ExitCode.USAGE))
        .contains("--json has no effect with --slurm");
    assertThat(Command.run("plan", file, "--slurm", "--shell").code()).isEqualTo(ExitCode.USAGE);
    assertThat(out).doesNotExist();
  }
}
