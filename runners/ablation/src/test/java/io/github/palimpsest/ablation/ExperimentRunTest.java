package io.github.palimpsest.ablation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExperimentRunTest {
  @TempDir Path temp;

  static Plan plan(String axes, String... shared) {
    String text =
        """
        name: toy
        model: none
        tasks:
          - {name: a, data: a.json, format: instructions, measure: exact-match, held-out: 1}
          - {name: b, data: b.json, format: instructions, measure: exact-match, held-out: 1}
        evaluation:
          - {name: kept, data: k.json, format: instructions, measure: exact-match}
        training: {epochs: 3, batch: 4, checkpoint-every: 2}
        seeds: [1]
        axes: AXES
        """
            .replace("AXES", axes);
    TreeMap<String, String> values = new TreeMap<>();
    for (int i = 0; i < shared.length; i += 2) {
      values.put(shared[i], shared[i + 1]);
    }
    Experiment e = ExperimentFile.parse("toy.yaml", text, Path.of("."), Map.of());
    return Plan.of(e, FakeComponents.registry(), values);
  }

  private static ExperimentRun.Summary run(Plan plan, Path out, RunListener listener) {
    return run(plan, ExperimentRun.Sharing.SHARED, out, listener);
  }

  private static ExperimentRun.Summary run(
      Plan plan, ExperimentRun.Sharing sharing, Path out, RunListener listener) {
    try (ToySubject subject = new ToySubject()) {
      return ExperimentRun.run(plan, sharing, subject, out, listener);
    }
  }

  /** The bytes of every result, of what was planned and of what is shared, by path. */
  private static SortedMap<String, String> content(Path out) throws IOException {
    TreeMap<String, String> all = new TreeMap<>();
    try (Stream<Path> files = Files.walk(out)) {
      for (Path f : files.filter(Files::isRegularFile).toList()) {
        String path = out.relativize(f).toString();
        if (!f.endsWith(OutputFolder.TIMING)
            && !path.startsWith("stages")
            && !path.startsWith("scores")) {
          all.put(path, Files.readString(f));
        }
      }
    }
    return all;
  }

  /** The bytes of every stage's log of losses, by path. */
  private static SortedMap<String, String> losses(Path out) throws IOException {
    TreeMap<String, String> all = new TreeMap<>();
    try (Stream<Path> files = Files.walk(out.resolve("stages"))) {
      for (Path f : files.filter(f -> f.endsWith(LossLog.FILE)).toList()) {
        all.put(out.relativize(f).toString(), Files.readString(f));
      }
    }
    return all;
  }

  @Test
  void the_same_experiment_twice_gives_identical_bytes_in_all_that_is_not_measured()
      throws IOException {
    Plan plan = plan("{optimizer: [sgd, sam], merger: [none, wise-ft]}");
    assertThat(run(plan, temp.resolve("one"), RunListener.NONE))
        .isEqualTo(new ExperimentRun.Summary(4, 0, 0));
    run(plan, temp.resolve("two"), RunListener.NONE);
    SortedMap<String, String> one = content(temp.resolve("one"));
    assertThat(one).as("4 results, experiment, plan").hasSize(6);
    assertThat(content(temp.resolve("two"))).isEqualTo(one);
  }

  @Test
  void a_result_has_the_matrix_the_kept_set_the_metrics_and_the_origins() throws IOException {
    Plan plan = plan("{optimizer: [sgd(lr=0.5)]}", "data", "abc");
    run(plan, temp.resolve("out"), RunListener.NONE);
    Path cell = temp.resolve("out/cells").resolve(plan.cells().get(0).id());
    JsonNode result = JsonFile.read(cell.resolve(OutputFolder.RESULT));
    assertThat(result.path("recipe").asText()).isEqualTo("sgd(lr=0.5)");
    assertThat(result.path("scores").path("after").size()).as("a row a task").isEqualTo(2);
    double first = result.at("/scores/after/0/0").asDouble();
    double last = result.at("/scores/after/1/0").asDouble();
    assertThat(first).as("task a is learned").isGreaterThan(0.8);
    assertThat(result.at("/metrics/lost").asDouble())
        .as("R[2, 1] - R[1, 1]")
        .isEqualTo(last - first);
    assertThat(result.at("/kept/kept/after").size()).isEqualTo(2);
    assertThat(result.at("/steps").toString())
        .as("20 examples, 4 a step, 3 epochs")
        .isEqualTo("[15,15]");
    assertThat(result.at("/declared_cost/passes_per_step").asDouble()).isEqualTo(1);
    assertThat(result.at("/components/0/plugin").asText()).isEqualTo("fakes");
    assertThat(result.at("/inputs/data").asText()).isEqualTo("abc");
    assertThat(result.at("/rows/2/a/per_example").size()).as("outcomes are kept").isEqualTo(20);
    JsonNode measured = JsonFile.read(cell.resolve(OutputFolder.TIMING)).path("measured");
    assertThat(measured.path("steps_taken").asInt()).isEqualTo(30);
    assertThat(measured.path("wall_seconds").asDouble()).isPositive();
    JsonNode stages = JsonFile.read(cell.resolve(OutputFolder.TIMING)).path("stages");
    assertThat(stages).as("a stage a task").hasSize(2);
    assertThat(losses(temp.resolve("out")).values())
        .as("a row a step of each stage, and the head")
        .hasSize(2)
        .allSatisfy(log -> assertThat(log.lines()).hasSize(1 + 15));
  }

  /** What a kill is, seen from inside: nothing catches it. */
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  @Test
  void a_run_interrupted_at_any_step_goes_on_to_the_same_bytes() throws IOException {
    Plan plan = plan("{optimizer: [sgd]}");
    run(plan, temp.resolve("whole"), RunListener.NONE);
    for (long at : new long[] {1, 7, 15, 16, 29, 30}) {
      Path out = temp.resolve("killed-" + at);
      List<Long> steps = new ArrayList<>();
      RunListener killer =
          new RunListener() {
            @Override
            public void step(Cell cell, String task, long done, double loss) {
              if (done == at) {
                throw new Killed();
              }
            }
          };
      assertThatThrownBy(() -> run(plan, out, killer)).isInstanceOf(Killed.class);
      assertThat(out.resolve("work")).as("work is left at step " + at).isNotEmptyDirectory();
      RunListener counter =
          new RunListener() {
            @Override
            public void step(Cell cell, String task, long done, double loss) {
              steps.add(done);
            }
          };
      run(plan, out, counter);
      // every second step is a checkpoint, and so is the end of a task; the step that was hit is
      // not
      long resumedAfter = at > 15 ? 15 + (at - 16) / 2 * 2 : (at - 1) / 2 * 2;
      assertThat(steps.get(0)).as("first step after a kill at " + at).isEqualTo(resumedAfter + 1);
      assertThat(content(out)).as("killed at " + at).isEqualTo(content(temp.resolve("whole")));
      assertThat(losses(out)).as("killed at " + at).isEqualTo(losses(temp.resolve("whole")));
      assertThat(out.resolve("work")).doesNotExist();
    }
  }

  @Test
  void a_process_killed_in_mid_task_goes_on_to_the_same_bytes() throws Exception {
    Plan plan = plan("{optimizer: [sgd]}");
    run(plan, temp.resolve("whole"), RunListener.NONE);
    Path out = temp.resolve("killed");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                SlowRun.class.getName(),
                out.toString(),
                "20")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (BufferedReader said = process.inputReader()) {
      assertThat(said.readLine()).isEqualTo("stopped");
    } finally {
      process.destroyForcibly().waitFor();
    }
    assertThat(process.exitValue()).as("killed by signal 9").isEqualTo(128 + 9);
    assertThat(out.resolve("cells")).isEmptyDirectory();
    List<Long> steps = new ArrayList<>();
    RunListener counter =
        new RunListener() {
          @Override
          public void step(Cell cell, String task, long done, double loss) {
            steps.add(done);
          }
        };
    run(plan, out, counter);
    // 15 steps of the first task, and a checkpoint after every second one of the next
    assertThat(steps.get(0)).as("goes on after the checkpoint at step 19").isEqualTo(20);
    assertThat(content(out)).isEqualTo(content(temp.resolve("whole")));
  }

  @Test
  void a_run_interrupted_between_a_task_and_its_scores_measures_them_afterwards()
      throws IOException {
    Plan plan = plan("{optimizer: [sgd]}");
    run(plan, temp.resolve("whole"), RunListener.NONE);
    for (String moment : List.of("before training", "after a", "after b")) {
      Path out = temp.resolve(moment);
      RunListener killer =
          new RunListener() {
            @Override
            public void evaluating(Cell cell, String now) {
              if (now.equals(moment)) {
                throw new Killed();
              }
            }
          };
      assertThatThrownBy(() -> run(plan, out, killer)).isInstanceOf(Killed.class);
      run(plan, out, RunListener.NONE);
      assertThat(content(out)).as("killed " + moment).isEqualTo(content(temp.resolve("whole")));
    }
  }

  @Test
  void a_cell_whose_loss_is_not_finite_fails_with_its_step_and_the_others_go_on() {
    Plan plan = plan("{optimizer: [sgd(lr=1e38), sgd]}");
    List<String> reasons = new ArrayList<>();
    RunListener listener =
        new RunListener() {
          @Override
          public void failed(Cell cell, String reason) {
            reasons.add(cell.recipe() + ": " + reason);
          }
        };
    Path out = temp.resolve("out");
    assertThat(run(plan, out, listener)).isEqualTo(new ExperimentRun.Summary(1, 0, 1));
    assertThat(reasons).singleElement().asString().startsWith("sgd(lr=1e38): ");
    String failed = plan.cells().get(0).id();
    JsonNode note =
        JsonFile.read(out.resolve("cells").resolve(failed).resolve(OutputFolder.FAILED));
    assertThat(note.path("recipe").asText()).isEqualTo("sgd(lr=1e38)");
    assertThat(note.path("task").asText()).isEqualTo("a");
    assertThat(note.path("step").asInt()).isBetween(1, 15);
    assertThat(out.resolve("cells").resolve(failed).resolve(OutputFolder.RESULT)).doesNotExist();
    assertThat(run(plan, out, RunListener.NONE))
        .as("the failed cell is tried again, the other is skipped")
        .isEqualTo(new ExperimentRun.Summary(0, 1, 1));
  }

  @Test
  void more_seeds_and_levels_in_the_same_folder_run_only_what_is_new() {
    Path out = temp.resolve("out");
    run(plan("{optimizer: [sgd]}"), out, RunListener.NONE);
    assertThat(run(plan("{optimizer: [sam, sgd]}"), out, RunListener.NONE))
        .isEqualTo(new ExperimentRun.Summary(1, 1, 0));
  }

  @Test
  void a_folder_of_another_experiment_is_refused_and_left_alone() throws IOException {
    Path out = temp.resolve("out");
    run(plan("{optimizer: [sgd]}", "task.0.data", "x"), out, RunListener.NONE);
    SortedMap<String, String> before = content(out);
    assertThatThrownBy(
            () -> run(plan("{optimizer: [sgd]}", "task.0.data", "y"), out, RunListener.NONE))
        .isInstanceOf(OutputException.class)
        .hasMessageContaining("belongs to another experiment, 'toy' (it differs in task.0.data)");
    assertThat(content(out)).isEqualTo(before);
  }

  @Test
  void a_folder_with_other_files_or_a_file_instead_is_refused() throws IOException {
    Path file = Files.writeString(temp.resolve("file"), "mine");
    Path folder = Files.createDirectory(temp.resolve("folder"));
    Files.writeString(folder.resolve("thesis.txt"), "mine");
    Plan plan = plan("{optimizer: [sgd]}");
    assertThatThrownBy(() -> run(plan, file, RunListener.NONE))
        .isInstanceOf(OutputException.class)
        .hasMessageContaining("is not a folder");
    assertThatThrownBy(() -> run(plan, folder, RunListener.NONE))
        .isInstanceOf(OutputException.class)
        .hasMessageContaining("holds other files");
    assertThat(folder).isDirectoryContaining(p -> p.endsWith("thesis.txt"));
    assertThatThrownBy(() -> run(plan, file.resolve("below"), RunListener.NONE))
        .as("a folder that cannot be made")
        .isInstanceOf(OutputException.class)
        .hasMessageContaining("cannot write to");
  }

  @Test
  void a_failure_to_write_ends_the_run_and_takes_away_what_it_made() {
    Plan plan = plan("{optimizer: [sgd]}");
    Path out = temp.resolve("new/out");
    RunListener spoiler =
        new RunListener() {
          @Override
          public void step(Cell cell, String task, long done, double loss) {
            // a folder where the checkpoint belongs stands for a disk that takes no more
            Path blocked = out.resolve("work").resolve(firstStage(plan).id());
            try {
              Files.createDirectories(blocked.resolve("steps.checkpoint/x"));
            } catch (IOException e) {
              throw new IllegalStateException(e);
            }
          }
        };
    assertThatThrownBy(() -> run(plan, out, spoiler)).isInstanceOf(OutputException.class);
    assertThat(temp.resolve("new")).as("nothing is left, made parents included").doesNotExist();
  }

  @Test
  void a_disk_without_room_for_a_cell_is_told_before_anything_is_trained() {
    Path out = temp.resolve("new/out");
    Plan plan = plan("{optimizer: [sgd]}");
    try (OutputFolder folder = OutputFolder.open(out, "toy", plan.shared())) {
      assertThatThrownBy(() -> folder.requireSpace(Long.MAX_VALUE))
          .isInstanceOf(OutputException.class)
          .hasMessageStartingWith("disk full: '" + out + "'");
      folder.abandon();
    }
    assertThat(temp.resolve("new")).doesNotExist();
  }

  @Test
  void other_metrics_are_computed_from_the_scores_without_training() {
    Path out = temp.resolve("out");
    Plan plan = plan("{optimizer: [sgd]}");
    run(plan, out, RunListener.NONE);
    Plan without =
        new Plan(
            plan.experiment(),
            plan.registry(),
            plan.shared(),
            plan.cells(),
            plan.excluded(),
            List.of());
    assertThat(run(without, out, RunListener.NONE)).isEqualTo(new ExperimentRun.Summary(0, 1, 0));
    Path file = out.resolve("cells").resolve(plan.cells().get(0).id()).resolve("result.json");
    assertThat(JsonFile.read(file).path("metrics").size()).as("no metric is wanted").isZero();
    run(plan, out, RunListener.NONE);
    assertThat(JsonFile.read(file).at("/metrics/lost").isNumber()).as("wanted again").isTrue();
  }

  @Test
  void a_report_averages_over_seeds_and_says_how_many() {
    Path out = temp.resolve("out");
    Plan plan = plan("{optimizer: [sgd, sgd(lr=1e38)], merger: [none, wise-ft]}");
    run(plan, out, RunListener.NONE);
    Report report = Report.of(out);
    assertThat(report.rows()).extracting(Report.Row::label).containsExactly("sgd", "sgd | wise-ft");
    assertThat(report.failed()).hasSize(2);
    String text = ReportText.of(report);
    assertThat(text)
        .contains("one seed says nothing about the spread")
        .contains("failed: sgd(lr=1e38)")
        .contains("drift-of kept");
    assertThat(report.json().at("/recipes/0/metrics/lost/n").asInt()).isEqualTo(1);
    assertThatThrownBy(() -> Report.of(temp)).hasMessageContaining("is not an output folder");
  }

  @Test
  void a_sample_has_the_mean_and_the_deviation_with_one_degree_less() {
    Sample s = Sample.of(DoubleStream.of(1, 2, 6, Double.NaN));
    assertThat(s.n()).as("NaN is no value").isEqualTo(3);
    assertThat(s.mean()).isEqualTo((1 + 2 + 6) / 3.0);
    // squares of -2, -1, 3 over 2
    assertThat(s.deviation()).isEqualTo(Math.sqrt((4 + 1 + 9) / 2.0));
    assertThat(Sample.of(DoubleStream.of(5)).deviation()).as("one value has none").isNaN();
  }

  private static Stage firstStage(Plan plan) {
    return Stages.of(plan, true).of(plan.cells().get(0)).get(0);
  }

  @Test
  void two_runs_share_the_work_of_one_folder_and_end_with_the_same_bytes() throws Exception {
    Plan plan = plan("{optimizer: [sgd, sam, sgd(lr=0.2)], merger: [none, wise-ft]}");
    run(plan, temp.resolve("alone"), RunListener.NONE);
    Path out = temp.resolve("shared");
    List<String> trained = java.util.Collections.synchronizedList(new ArrayList<>());
    RunListener counter =
        new RunListener() {
          @Override
          public void step(Cell cell, String task, long done, double loss) {
            trained.add(cell.id() + task + done);
          }
        };
    var executor = java.util.concurrent.Executors.newFixedThreadPool(2);
    try {
      var first = executor.submit(() -> run(plan, out, counter));
      var second = executor.submit(() -> run(plan, out, counter));
      assertThat(first.get().failed() + second.get().failed()).isZero();
    } finally {
      executor.shutdown();
    }
    assertThat(content(out)).isEqualTo(content(temp.resolve("alone")));
    assertThat(trained)
        .as(
            "9 stages of 15 steps, each trained by one of the runs: task 1 of 3 optimizers, task 2"
                + " of them with and without the merger between")
        .hasSize(9 * 15);
  }

  @Test
  void sharing_trains_less_and_changes_no_byte_of_a_result() throws IOException {
    Plan plan = plan("{optimizer: [sgd, sam], merger: [none, wise-ft]}");
    List<String> steps = new ArrayList<>();
    RunListener counter =
        new RunListener() {
          @Override
          public void step(Cell cell, String task, long done, double loss) {
            steps.add(task);
          }
        };
    run(plan, ExperimentRun.Sharing.SEPARATE, temp.resolve("separate"), counter);
    assertThat(steps).as("4 cells of 2 tasks of 15 steps").hasSize(4 * 2 * 15);
    steps.clear();
    run(plan, ExperimentRun.Sharing.SHARED, temp.resolve("shared"), counter);
    assertThat(steps)
        .as("task a of 2 optimizers, task b of them with and without the merger between")
        .hasSize((2 + 4) * 15);
    assertThat(content(temp.resolve("shared"))).isEqualTo(content(temp.resolve("separate")));
  }

  @Test
  void another_level_of_a_late_axis_trains_only_what_depends_on_it() {
    Path out = temp.resolve("out");
    run(plan("{optimizer: [sgd], merger: [none]}"), out, RunListener.NONE);
    List<String> steps = new ArrayList<>();
    RunListener counter =
        new RunListener() {
          @Override
          public void step(Cell cell, String task, long done, double loss) {
            steps.add(task);
          }
        };
    run(plan("{optimizer: [sgd], merger: [none, wise-ft]}"), out, counter);
    assertThat(steps)
        .as("task b after the merger, and no step of task a")
        .hasSize(15)
        .containsOnly("b");
  }
}
