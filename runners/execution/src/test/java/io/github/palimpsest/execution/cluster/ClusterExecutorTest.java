package io.github.palimpsest.execution.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.execution.Assignment;
import io.github.palimpsest.execution.Executor;
import io.github.palimpsest.execution.ExperimentRun;
import io.github.palimpsest.execution.FolderCheck;
import io.github.palimpsest.execution.RunEvent;
import io.github.palimpsest.execution.RunListener;
import io.github.palimpsest.execution.RunSettings;
import io.github.palimpsest.execution.ToyRun;
import io.github.palimpsest.execution.pool.WorkerCommand;
import io.github.palimpsest.execution.remote.DiskFiles;
import io.github.palimpsest.execution.remote.Scratch;
import io.github.palimpsest.experiment.plan.Cell;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.experiment.plan.Stage;
import io.github.palimpsest.experiment.plan.Stages;
import io.github.palimpsest.results.folder.ExperimentIdentity;
import io.github.palimpsest.results.folder.FolderLayout;
import io.github.palimpsest.storage.Folders;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A plan whose stages and cells are orders to a cluster. */
@Tag("native")
class ClusterExecutorTest {
  @TempDir Path temp;
  private Path out = Path.of("");
  private final Plan plan = ToyRun.shortest("{optimizer: [sgd, sam]}");
  private final Stages stages = RunSettings.DEFAULT.stages(plan);
  private final Cell sgd = plan.cells().get(0);
  private final Cell sam = plan.cells().get(1);
  private final List<String> told = Collections.synchronizedList(new ArrayList<>());

  @BeforeEach
  void folder() {
    out = temp.resolve("out");
  }

  private OptionalInt execute(ToyCluster cluster, boolean stops) {
    return execute(cluster, out, Optional.empty(), stops);
  }

  private OptionalInt execute(
      ToyCluster cluster,
      Path folder,
      Optional<ClusterExecutor.RemoteResults> remote,
      boolean stops) {
    WorkerCommand command =
        new WorkerCommand(
            "Main", List.of("run", "--scratch", Scratch.OUT), Path.of("toy.yaml"), "--submitted");
    Executor.Listener listener =
        new Executor.Listener() {
          @Override
          public RunListener worker(int place) {
            return event -> {
              if (event instanceof RunEvent.Finished
                  || event instanceof RunEvent.Failed
                  || event instanceof RunEvent.Step) {
                told.add(event.toString());
              }
            };
          }

          @Override
          public void message(String line) {
            told.add(line);
          }

          @Override
          public boolean stops() {
            return stops;
          }
        };
    OptionalInt code =
        new ClusterExecutor(() -> cluster, command, Duration.ofMinutes(10), remote)
            .execute(plan, RunSettings.DEFAULT, folder, listener);
    assertThat(cluster.closed).isTrue();
    return code;
  }

  private Assignment stage(Cell cell, int task) {
    Stage stage = stages.of(cell).get(task);
    return Assignment.stage(stage.id());
  }

  @Test
  void each_stage_and_cell_is_one_order_and_the_bytes_are_those_of_a_run() throws IOException {
    ToyCluster cluster = new ToyCluster(plan, out);
    assertThat(execute(cluster, false)).isEmpty();
    ToyRun.run(plan, temp.resolve("run"), RunListener.NONE);
    assertThat(ToyRun.content(out)).isEqualTo(ToyRun.content(temp.resolve("run")));
    assertThat(ToyRun.losses(out)).isEqualTo(ToyRun.losses(temp.resolve("run")));
    assertThat(cluster.ordered)
        .as("the check, 2 cells of 2 stages")
        .hasSize(1 + 2 * 2 + 2)
        .doesNotHaveDuplicates()
        .startsWith(Assignment.CHECK);
    for (Cell cell : plan.cells()) {
      assertThat(cluster.ordered)
          .containsSubsequence(stage(cell, 0), stage(cell, 1), Assignment.cell(cell.id()));
    }
    ToyCluster again = new ToyCluster(plan, out);
    assertThat(execute(again, false)).isEmpty();
    assertThat(again.ordered).as("nothing is left").containsExactly(Assignment.CHECK);
  }

  @Test
  void a_dead_worker_is_replaced_and_a_lost_unit_fails_with_the_reason_of_the_cluster() {
    ToyCluster cluster = new ToyCluster(plan, out);
    cluster.first(stage(sgd, 0), ToyCluster.end(134, false));
    cluster.loses(stage(sam, 1), "out of memory");
    assertThat(execute(cluster, false)).isEmpty();
    String lost = stage(sam, 1).id();
    assertThat(told)
        .contains(
            "palimpsest: a worker died (exit code 134)",
            "palimpsest: a worker was lost while it trained stage " + lost + ": out of memory")
        .anyMatch(line -> line.startsWith("Finished[cell=" + sgd.id()))
        .anyMatch(
            line ->
                line.startsWith("Failed[cell=" + sam.id())
                    && line.contains("its workers were lost, the last: out of memory"));
    assertThat(cluster.ordered).filteredOn(stage(sgd, 0)::equals).as("a second worker").hasSize(2);
    assertThat(new FolderLayout(out).cellFailure(sam.id())).exists();
  }

  @Test
  void what_no_worker_can_read_is_told_with_its_code_and_leaves_no_folder() {
    ToyCluster cluster = new ToyCluster(plan, out);
    cluster.first(Assignment.CHECK, ToyCluster.end(2, true, "palimpsest: no such model"));
    assertThat(execute(cluster, false)).hasValue(2);
    assertThat(told).containsExactly("palimpsest: no such model");
    assertThat(cluster.ordered).containsExactly(Assignment.CHECK);
    assertThat(out).doesNotExist();
  }

  private Optional<ClusterExecutor.RemoteResults> remote() {
    return Optional.of(
        new ClusterExecutor.RemoteResults(() -> new DiskFiles(temp.resolve("remote")), false));
  }

  private ToyCluster apart() {
    return ToyCluster.at(plan, temp.resolve("remote"), temp.resolve("machines"));
  }

  /**
   * The bytes of a folder. The remote {@code experiment.json} does not say how many threads share
   * an operation: each machine writes that into its own copy.
   */
  private static SortedMap<String, String> content(Path folder) throws IOException {
    SortedMap<String, String> all = ToyRun.content(folder);
    all.computeIfPresent(
        FolderLayout.EXPERIMENT,
        (name, text) -> text.replaceAll("\n  \"(operation_threads|checksum)\"[^\n]*", ""));
    return all;
  }

  @Test
  void machines_that_share_a_remote_folder_alone_end_with_the_bytes_of_a_run() throws IOException {
    ToyCluster cluster = apart();
    cluster.moves(stage(sgd, 1));
    assertThat(execute(cluster, out, remote(), false)).isEmpty();
    ToyRun.run(plan, temp.resolve("run"), RunListener.NONE);
    SortedMap<String, String> wanted = content(temp.resolve("run"));
    assertThat(content(out)).isEqualTo(wanted);
    assertThat(ToyRun.losses(out)).isEqualTo(ToyRun.losses(temp.resolve("run")));
    Path there = temp.resolve("remote");
    assertThat(content(there)).as("it is an output folder itself").isEqualTo(wanted);
    assertThat(FolderCheck.all(there)).isEmpty();
    assertThat(identity(temp.resolve("run")).operationThreads()).isPositive();
    assertThat(identity(there)).isEqualTo(identity(temp.resolve("run")));
    assertThat(identity(out)).isEqualTo(identity(temp.resolve("run")));
    FolderLayout layout = new FolderLayout(there);
    for (Stage stage : stages.all()) {
      assertThat(layout.state(stage.id())).exists();
      assertThat(new FolderLayout(out).state(stage.id())).doesNotExist();
    }
    assertThat(told)
        .filteredOn(line -> line.contains("stage=" + stage(sgd, 1).id()))
        .as("the second machine continues at step 2 of 2")
        .hasSize(2);
    assertThat(temp.resolve("machines")).isEmptyDirectory();

    ToyCluster again = apart();
    assertThat(execute(again, temp.resolve("elsewhere"), remote(), false)).isEmpty();
    assertThat(again.ordered).as("nothing is left").containsExactly(Assignment.CHECK);
    assertThat(content(temp.resolve("elsewhere"))).isEqualTo(wanted);
    assertThat(identity(temp.resolve("elsewhere"))).isEqualTo(identity(there));
  }

  private static ExperimentIdentity identity(Path folder) {
    return ExperimentIdentity.of(new FolderLayout(folder)).orElseThrow();
  }

  @Test
  void a_failure_is_in_the_remote_folder_until_the_next_run_tries_again() {
    ToyCluster cluster = apart();
    cluster.loses(stage(sam, 1), "out of memory");
    assertThat(execute(cluster, out, remote(), false)).isEmpty();
    FolderLayout there = new FolderLayout(temp.resolve("remote"));
    assertThat(there.cellFailure(sam.id())).exists();
    assertThat(there.stageFailure(stage(sam, 1).id())).exists();
    assertThat(new FolderLayout(out).cellFailure(sam.id())).exists();
    assertThat(new FolderLayout(out).result(sgd.id())).exists();

    ToyCluster again = apart();
    assertThat(execute(again, out, remote(), false)).isEmpty();
    assertThat(again.ordered)
        .containsExactly(Assignment.CHECK, stage(sam, 1), Assignment.cell(sam.id()));
    assertThat(there.result(sam.id())).exists();
    assertThat(there.cellFailure(sam.id())).doesNotExist();
    assertThat(there.state(stage(sam, 1).id())).exists();
  }

  @Test
  void a_remote_folder_of_another_experiment_is_refused_before_anything_is_copied() {
    Plan other = ToyRun.plan("{optimizer: [sgd]}", "model.0", "another");
    ExperimentRun.prepare(other, RunSettings.DEFAULT, temp.resolve("remote"));
    ToyCluster cluster = apart();
    assertThatThrownBy(() -> execute(cluster, out, remote(), false))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining(
            "belongs to another experiment, 'toy' (it differs in model.0): choose another folder");
    assertThat(cluster.ordered).isEmpty();
    assertThat(out).doesNotExist();
  }

  @Test
  void an_output_folder_with_states_is_published_and_keeps_them() {
    ToyRun.run(plan, out, RunListener.NONE);
    Stage stage = stages.of(sgd).get(1);
    Folders.deleteQuietly(new FolderLayout(out).cell(sam.id()));
    ToyCluster cluster = apart();
    assertThat(execute(cluster, out, remote(), false)).isEmpty();
    assertThat(cluster.ordered).containsExactly(Assignment.CHECK, Assignment.cell(sam.id()));
    FolderLayout there = new FolderLayout(temp.resolve("remote"));
    assertThat(there.state(stage.id()))
        .hasSameBinaryContentAs(new FolderLayout(out).state(stage.id()));
    assertThat(there.result(sam.id())).exists();

    Folders.deleteQuietly(there.stage(stage.id()));
    assertThat(execute(apart(), out, remote(), false)).isEmpty();
    assertThat(new FolderLayout(out).state(stage.id())).exists();
    assertThat(there.state(stage.id())).exists();
  }

  @Test
  void an_output_folder_of_another_experiment_is_refused_before_anything_is_copied() {
    Plan other = ToyRun.plan("{optimizer: [sgd]}", "model.0", "another");
    ExperimentRun.prepare(other, RunSettings.DEFAULT, out);
    assertThatThrownBy(() -> execute(apart(), out, remote(), false))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("belongs to another experiment, 'toy'");
    assertThat(temp.resolve("remote")).doesNotExist();
  }

  @Test
  void a_run_that_is_stopped_gives_no_more_orders() {
    ToyCluster cluster = new ToyCluster(plan, out);
    assertThat(execute(cluster, true)).isEmpty();
    assertThat(cluster.ordered).hasSizeLessThanOrEqualTo(1);
    assertThat(new FolderLayout(out).stages()).doesNotExist();
  }
}
