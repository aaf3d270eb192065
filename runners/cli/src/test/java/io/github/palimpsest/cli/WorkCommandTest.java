package io.github.palimpsest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.cli.terminal.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
  void what_is_no_planned_folder_or_has_changed_since_is_refused() throws IOException {
    assertThat(Command.run("work", temp).refusal(ExitCode.USAGE))
        .contains("is no output folder of a planned or started experiment")
        .contains("'palimpsest plan FILE --shell --folder " + temp + "'");
    Command.run("plan", file, "--slurm", "--folder", out).ok();
    Files.writeString(data, Files.readString(data).replace("reverse a", "turn a"));
    assertThat(Command.run("work", out).refusal(ExitCode.USAGE))
        .contains("have changed since '" + out + "' was planned");
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
