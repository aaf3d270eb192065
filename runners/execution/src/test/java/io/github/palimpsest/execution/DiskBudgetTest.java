package io.github.palimpsest.execution;

import static io.github.palimpsest.execution.ToyRun.content;
import static io.github.palimpsest.execution.ToyRun.plan;
import static io.github.palimpsest.execution.ToyRun.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.execution.memory.PlanDisk;
import io.github.palimpsest.experiment.plan.Cell;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.results.folder.FolderLayout;
import io.github.palimpsest.results.folder.JsonFile;
import io.github.palimpsest.storage.BudgetException;
import io.github.palimpsest.storage.OutputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run keeps to its disk budget by removing states that nothing open needs. */
@Tag("native")
class DiskBudgetTest {
  @TempDir Path temp;
  private final Plan plan = plan("{optimizer: [sgd, sgd(lr=0.2), sgd(lr=0.3)]}");
  private Path unlimited = Path.of("");
  private final ToyRun.Steps needed =
      new ToyRun.Steps() {
        @Override
        public void on(RunEvent event) {
          super.on(event);
          if (event instanceof RunEvent.Training) {
            // notes and leases of runs are no part of what a budget limits
            beforeLastStage = DiskBudget.size(unlimited) - new StageStore(unlimited).notes();
          }
        }
      };
  private long beforeLastStage;

  @BeforeEach
  void without_a_budget() {
    unlimited = temp.resolve("unlimited");
    run(plan, unlimited, needed);
  }

  private static RunSettings budget(long bytes) {
    return new RunSettings(RunSettings.Sharing.SHARED, RunSettings.Patience.KEEP_GOING, bytes);
  }

  private static List<Path> states(Path out) throws IOException {
    try (Stream<Path> all = Files.walk(out.resolve("stages"))) {
      return all.filter(f -> f.endsWith("task.checkpoint")).map(out::relativize).sorted().toList();
    }
  }

  private static boolean isLast(Path out, Path state) {
    return JsonFile.read(out.resolve(state).resolveSibling("stage.json")).path("task").asInt() == 2;
  }

  /** What a run without a budget holds when its last stage begins, and what that may take. */
  private long enough() {
    try (ToySubject subject = new ToySubject();
        OutputFolder folder = OutputFolder.open(unlimited, plan)) {
      StageStore store = new StageStore(unlimited);
      RunSettings any = RunSettings.DEFAULT;
      return beforeLastStage
          + new DiskBudget(plan, any.stages(plan), subject, store, folder, any)
              .bytes(plan.cells().get(0).recipe());
    }
  }

  @Test
  void states_that_nothing_open_needs_make_room_and_no_byte_of_a_result_changes()
      throws IOException {
    List<Path> all = states(unlimited);
    assertThat(all).as("states after two tasks of three cells").hasSize(6);
    long state = Files.size(unlimited.resolve(all.get(0)));
    Path out = temp.resolve("budgeted");
    List<Long> sizes = new ArrayList<>();
    ToyRun.Steps steps =
        new ToyRun.Steps() {
          @Override
          public synchronized void on(RunEvent event) {
            super.on(event);
            if (event instanceof RunEvent.Step) {

              sizes.add(DiskBudget.size(out));
            }
          }
        };
    // half a state too many where two can be spared, those after task a of the first two cells
    long budget = enough() - state / 2;
    run(plan, budget(budget), out, steps);
    assertThat(content(out)).isEqualTo(content(unlimited));
    assertThat(steps.steps).as("nothing is trained twice").isEqualTo(needed.steps);
    assertThat(sizes).allSatisfy(size -> assertThat(size).isLessThan(budget));
    List<Path> left = states(out);
    assertThat(left).as("the oldest that can be spared is removed").hasSize(5);
    assertThat(left.stream().filter(s -> isLast(out, s)))
        .as("states after the last task stay")
        .hasSize(3);
  }

  @Test
  void a_removed_state_is_trained_again_to_the_same_bytes_when_an_edited_grid_needs_it()
      throws IOException {
    Path out = temp.resolve("edited");
    run(plan, out, RunListener.NONE);
    for (Path state : states(out)) {
      if (!isLast(out, state)) {
        Files.delete(out.resolve(state));
      }
    }
    Plan edited = plan("{optimizer: [sgd, sgd(lr=0.2)], merger: [none, wise-ft]}");
    ToyRun.Steps steps = new ToyRun.Steps();
    run(edited, out, steps);
    assertThat(steps.tasks)
        .as("task b behind the merger, and task a that it starts from, of two optimizers")
        .hasSize(4 * 15);
    Path fresh = temp.resolve("fresh");
    run(edited, fresh, RunListener.NONE);
    for (Cell cell : edited.cells()) {
      Path result = Path.of("cells", cell.id(), FolderLayout.RESULT);
      assertThat(out.resolve(result)).hasSameTextualContentAs(fresh.resolve(result));
    }
  }

  @Test
  void a_budget_that_is_too_small_is_told_and_a_larger_one_goes_on() throws IOException {
    Path out = temp.resolve("small");
    assertThatThrownBy(() -> run(plan, budget(500_000), out, RunListener.NONE))
        .isInstanceOf(OutputException.class)
        .isInstanceOfSatisfying(
            BudgetException.class, e -> assertThat(e.bytes()).isGreaterThan(500_000))
        .hasMessageContaining("the disk budget of 0.5 MB is too small")
        .hasMessageContaining(out.toString());
    assertThat(out).as("nothing was finished").doesNotExist();
    run(plan, budget(enough() + 10_000), out, RunListener.NONE);
    assertThat(content(out)).isEqualTo(content(unlimited));
  }

  @Test
  void the_forecast_has_the_state_of_each_training_and_one_that_is_being_written() {
    try (ToySubject subject = new ToySubject()) {
      PlanDisk disk = PlanDisk.of(plan, RunSettings.DEFAULT.stages(plan), subject);
      long floats = subject.model().parameters().stream().mapToLong(p -> p.shape().size()).sum();
      // weights, and those that a task began with; sgd has nothing else
      assertThat(disk).isEqualTo(new PlanDisk(6, 7 * 2 * 4 * floats, 2 * 4 * floats));
      assertThat(disk.text()).contains("the states after 6 trainings");
    }
  }

  @Test
  void states_that_probes_look_at_before_the_next_stage_stay() throws IOException {
    Plan probed =
        plan(
            NullProbe.registry(),
            "{optimizer: [sgd, sgd(lr=0.2), sgd(lr=0.3)]}\nprobes: [null-probe]");
    long state = Files.size(unlimited.resolve(states(unlimited).get(0)));
    assertThatThrownBy(
            () -> run(probed, budget(enough() - state / 2), temp.resolve("less"), RunListener.NONE))
        .isInstanceOf(OutputException.class)
        .hasMessageContaining("or probes need");
    Path out = temp.resolve("probed");
    run(probed, budget(enough() + state), out, RunListener.NONE);
    assertThat(states(out)).as("after both tasks of three cells").hasSize(6);
  }
}
