package io.github.palimpsest.execution.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.execution.EventLines;
import io.github.palimpsest.execution.RunEvent;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class WorkerEventsTest {
  @Test
  void a_pool_reads_from_a_workers_lines_what_happened_and_what_the_worker_is_at() {
    StringWriter lines = new StringWriter();
    WorkerEvents worker = new WorkerEvents(new PrintWriter(lines, true));
    List<RunEvent> told =
        List.of(
            new RunEvent.Ready(),
            new RunEvent.Open(new TreeMap<>()),
            new RunEvent.Training("c", "s", 0),
            new RunEvent.Step("c", "s", "a", 3, 12, 3, Double.NaN, 48),
            new RunEvent.Scoring("c", "after a"),
            new RunEvent.Failed("c", "one\ntwo"));
    told.forEach(worker::on);
    List<RunEvent> read =
        lines.toString().lines().map(EventLines::read).flatMap(Optional::stream).toList();
    assertThat(read).isEqualTo(told);
    Optional<Unit> unit = Optional.empty();
    for (RunEvent event : read.subList(0, 4)) {
      unit = Unit.after(event, unit);
    }
    assertThat(unit).as("a step ends nothing").contains(new Unit("s", false));
    unit = Unit.after(read.get(4), unit);
    assertThat(unit).contains(new Unit("c", true));
    assertThat(Unit.after(read.get(5), unit)).as("the cell has failed").isEmpty();
  }

  @Test
  void of_steps_that_follow_each_other_at_once_the_first_is_told() {
    StringWriter lines = new StringWriter();
    WorkerEvents worker = new WorkerEvents(new PrintWriter(lines, true));
    worker.on(new RunEvent.Step("c", "s", "a", 1, 2, 1, 0.5, 16));
    worker.on(new RunEvent.Finished("c"));
    assertThat(lines.toString().lines()).hasSize(2);
  }
}
