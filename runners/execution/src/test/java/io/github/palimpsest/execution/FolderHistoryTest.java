package io.github.palimpsest.execution;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.results.folder.CellHistory;
import io.github.palimpsest.results.folder.CellHistory.Point;
import io.github.palimpsest.results.folder.CellHistory.Status;
import io.github.palimpsest.results.folder.FolderHistory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("native")
class FolderHistoryTest {
  @TempDir Path temp;

  @Test
  void a_folder_without_a_plan_has_no_history_yet() {
    FolderHistory history = new FolderHistory(temp.resolve("none"));
    assertThat(history.experiment()).isEmpty();
    assertThat(history.read()).isEmpty();
  }

  @Test
  void a_cell_is_seen_to_wait_to_run_and_to_finish_by_a_reader_beside_the_run() {
    Plan plan = ToyRun.plan("{optimizer: [sgd, \"sgd(lr=0.2)\"]}");
    FolderHistory history = new FolderHistory(temp);
    List<List<Status>> seen = new ArrayList<>();
    List<List<Point>> losses = new ArrayList<>();
    RunListener reader =
        event -> {
          if (event instanceof RunEvent.Step step) {
            List<CellHistory> now = history.read();
            seen.add(now.stream().map(CellHistory::status).toList());
            if (step.cell().equals(plan.cells().get(0).id())) {
              losses.add(series(now.get(0), "train/loss"));
            }
          }
        };
    ToyRun.run(plan, temp, reader);

    assertThat(seen.get(0)).containsExactly(Status.RUNNING, Status.RUNNING);
    assertThat(seen.get(seen.size() - 1)).containsExactly(Status.FINISHED, Status.RUNNING);
    for (int i = 0; i < losses.size(); i++) {
      assertThat(losses.get(i))
          .as("steps after step %d", i + 1)
          .extracting(Point::step)
          .containsExactlyElementsOf(LongStream.rangeClosed(1, i + 1).boxed().toList());
    }
    List<CellHistory> end = history.read();
    assertThat(end).extracting(CellHistory::status).containsOnly(Status.FINISHED);
    assertThat(series(end.get(0), "train/loss")).hasSize(30);
    for (String set : List.of("a", "b", "kept")) {
      assertThat(series(end.get(0), "score/" + set))
          .extracting(Point::step)
          .as(set)
          .containsExactly(0L, 15L, 30L);
    }
    assertThat(new FolderHistory(temp).read())
        .as("what a reader that comes late sees")
        .isEqualTo(end);
  }

  @Test
  void metrics_and_probes_stand_at_the_last_step() throws IOException {
    Plan plan = ToyRun.plan("{optimizer: [sgd]}");
    ToyRun.run(plan, temp, RunListener.NONE);
    String cell = plan.cells().get(0).id();
    Path probes = Files.createDirectories(temp.resolve("probes").resolve(cell));
    Files.writeString(
        probes.resolve("p.json"),
        """
        {"cell": "CELL", "probe": "loss-landscape", "on": "b", "examples": 3,
         "values": {"sc": 0.5, "z[0][0]": 1.0}}
        """
            .replace("CELL", cell));
    CellHistory history = new FolderHistory(temp).read().get(0);
    assertThat(history.segments())
        .filteredOn(s -> s.series().startsWith("probe/"))
        .containsExactly(
            new CellHistory.Segment("probe/loss-landscape/sc", List.of(new Point(30, 0.5))));
    plan.metrics()
        .forEach(
            m ->
                assertThat(series(history, "metric/" + m.id()))
                    .as("metric %s", m.id())
                    .extracting(Point::step)
                    .containsExactly(30L));
  }

  private static List<Point> series(CellHistory cell, String name) {
    return cell.segments().stream()
        .filter(s -> s.series().equals(name))
        .flatMap(s -> s.points().stream())
        .toList();
  }
}
