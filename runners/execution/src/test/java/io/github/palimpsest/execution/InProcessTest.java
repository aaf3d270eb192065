package io.github.palimpsest.execution;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.experiment.plan.Plan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("native")
class InProcessTest {
  @TempDir Path temp;
  private final Plan plan = ToyRun.shortest();
  private final List<String> told = new ArrayList<>();
  private final Executor executor = new InProcess(ToySubject::new);

  private Executor.Listener noting(Path out, boolean stops) {
    return new Executor.Listener() {
      @Override
      public RunListener worker(int place) {
        return event -> {
          if (event instanceof RunEvent.Finished finished) {
            told.add("worker " + place + " finished " + finished.cell());
          }
        };
      }

      @Override
      public void begun() {
        told.add("begun, folder made: " + Files.isDirectory(out));
      }

      @Override
      public boolean stops() {
        return stops;
      }
    };
  }

  @Test
  void an_executor_leaves_what_a_run_leaves_and_tells_of_it() throws IOException {
    Path out = temp.resolve("out");
    assertThat(executor.execute(plan, RunSettings.DEFAULT, out, noting(out, false))).isEmpty();
    ToyRun.run(plan, temp.resolve("run"), RunListener.NONE);
    assertThat(ToyRun.content(out)).isEqualTo(ToyRun.content(temp.resolve("run")));
    assertThat(told)
        .containsExactly(
            "begun, folder made: true", "worker 0 finished " + plan.cells().get(0).id());
  }

  @Test
  void a_listener_that_stops_it_ends_it_before_a_cell() {
    Path out = temp.resolve("out");
    assertThat(executor.execute(plan, RunSettings.DEFAULT, out, noting(out, true))).isEmpty();
    assertThat(told).containsExactly("begun, folder made: true");
  }
}
