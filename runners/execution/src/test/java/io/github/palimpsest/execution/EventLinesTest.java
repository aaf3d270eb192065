package io.github.palimpsest.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.PalimpsestException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class EventLinesTest {
  private static final List<RunEvent> ALL =
      List.of(
          new RunEvent.Ready(),
          new RunEvent.Planned(),
          new RunEvent.Open(new TreeMap<>(Map.of("s1", 0.5, "s2", 1e300))),
          new RunEvent.Skipped("c1"),
          new RunEvent.Started("c1", Long.MAX_VALUE),
          new RunEvent.Training("c1", "s1", 1),
          new RunEvent.Step("c1", "s1", "a task", 1, 2, 3, 0.1, 96),
          new RunEvent.Scoring("c1", "after 'a\ttask'"),
          new RunEvent.Finished("c1"),
          new RunEvent.Failed("c1", "two\nlines, \"quoted\", \u2028 \u00e9"),
          new RunEvent.Checking(0, 5_000_000_000L),
          new RunEvent.Damaged("'x/y.json' is damaged"),
          new RunEvent.Done());

  @Test
  void every_event_is_read_from_its_line_as_it_was() {
    assertThat(ALL)
        .extracting(Object::getClass)
        .as("all kinds of events")
        .containsExactlyInAnyOrder(RunEvent.class.getPermittedSubclasses());
    for (RunEvent event : ALL) {
      String line = EventLines.write(event);
      assertThat(line).doesNotContain("\n", "\r");
      assertThat(EventLines.read(line)).as(line).contains(event);
    }
    for (double loss : new double[] {Double.NaN, Double.POSITIVE_INFINITY, -0.0}) {
      RunEvent step = new RunEvent.Step("c", "s", "a", 1, 1, 1, loss, 0);
      assertThat(EventLines.read(EventLines.write(step))).contains(step);
    }
  }

  @Test
  void a_line_that_is_no_event_or_is_cut_off_is_none() {
    assertThat(EventLines.read("something that a plugin printed")).isEmpty();
    assertThat(EventLines.read("{\"loss\": 1}")).isEmpty();
    String line = EventLines.write(ALL.get(2));
    for (int end = 0; end < line.length(); end++) {
      assertThat(EventLines.read(line.substring(0, end))).as("up to %d", end).isEmpty();
    }
  }

  @Test
  void an_event_of_another_version_is_shown_and_refused() {
    assertThatThrownBy(() -> EventLines.read("{\"event\":\"rested\"}"))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage("not an event of a run: {\"event\":\"rested\"}");
  }
}
