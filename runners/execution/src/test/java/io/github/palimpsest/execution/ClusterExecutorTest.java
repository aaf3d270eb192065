package io.github.palimpsest.execution;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.execution.cluster.ClusterExecutor;
import io.github.palimpsest.execution.pool.WorkerCommand;
import io.github.palimpsest.experiment.plan.Cell;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.experiment.plan.Stage;
import io.github.palimpsest.experiment.plan.Stages;
import io.github.palimpsest.results.folder.FolderLayout;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
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
    WorkerCommand command =
        new WorkerCommand("Main", List.of("run"), Path.of("toy.yaml"), "--submitted");
    Executor.Listener listener =
        new Executor.Listener() {
          @Override
          public RunListener worker(int place) {
            return event -> {
              if (event instanceof RunEvent.Finished || event instanceof RunEvent.Failed) {
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
        new ClusterExecutor(() -> cluster, command, Duration.ofMinutes(10))
            .execute(plan, RunSettings.DEFAULT, out, listener);
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

  @Test
  void a_run_that_is_stopped_gives_no_more_orders() {
    ToyCluster cluster = new ToyCluster(plan, out);
    assertThat(execute(cluster, true)).isEmpty();
    assertThat(cluster.ordered).hasSizeLessThanOrEqualTo(1);
    assertThat(new FolderLayout(out).stages()).doesNotExist();
  }
}
