package io.github.palimpsest.execution;

import static io.github.palimpsest.execution.ToyRun.plan;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.discovery.Recipe;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.experiment.plan.Stage;
import io.github.palimpsest.experiment.plan.StageLoops;
import io.github.palimpsest.experiment.plan.Stages;
import io.github.palimpsest.experiment.subject.Subject;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("native")
class ForecastTest {
  /** Two tasks of 15 steps; the merger acts between them. */
  private final Plan plan = plan("{optimizer: [sgd, sam], merger: [none, wise-ft]}");

  private Forecast forecast(Subject subject, Forecast.Timing... measured) {
    return new Forecast(
        plan, new StageLoops(plan, subject), List.of(measured), OptionalDouble.of(0.5));
  }

  private Forecast.Timing measured(String task, double first, double step) {
    Recipe sgd = Forecast.plain(plan.cells().get(0).recipe());
    return new Forecast.Timing(sgd, task, first, step, 6, "");
  }

  @Test
  void what_is_expected_follows_from_the_measured_steps_and_the_declared_passes() {
    try (ToySubject subject = new ToySubject()) {
      // task b's steps take twice as long
      Forecast f = forecast(subject, measured("a", 1.5, 0.5), measured("b", 1.5, 1.0));
      Stages stages = Stages.of(plan, true);
      assertThat(f.steps(stages.all())).as("2 of task a, 4 of task b").isEqualTo(6 * 15);
      assertThat(f.passes(stages.all())).as("3 x 15 of sgd, 3 x 15 x 2 of sam").isEqualTo(135);
      List<Stage> sgd = stages.of(plan.cells().get(0));
      assertThat(f.seconds(sgd))
          .as("a second for each graph; 15 steps of 0.5 s and 15 of 1 s")
          .isCloseTo((1 + 15 * 0.5) + (1 + 15 * 1.0), within(1e-9));
      List<Stage> sam = stages.of(plan.cells().get(2));
      assertThat(f.seconds(sam))
          .as("two passes a step, and twice the graph")
          .isCloseTo(2 * f.seconds(sgd), within(1e-9));
      ObjectNode json = f.json(plan);
      assertThat(json.path("passes_without_sharing").asDouble())
          .as("2 cells of sgd and 2 of sam, 30 steps each")
          .isEqualTo(2 * 30 + 2 * 60);
      assertThat(json.path("scoring_seconds").asDouble())
          .as("half a second a row: before training, 4 after task a, 4 after task b")
          .isEqualTo(0.5 * 9);
    }
  }

  @Test
  void a_calibration_measures_each_optimizer_and_each_task() {
    try (ToySubject subject = new ToySubject()) {
      Forecast f = Calibration.of(plan, subject, Duration.ofDays(1));
      assertThat(f.measured())
          .extracting(m -> m.recipe().optimizer().id().value() + " " + m.task())
          .containsExactly("sgd a", "sam a", "sgd b");
      assertThat(f.measured()).allSatisfy(m -> assertThat(m.stepSeconds()).isPositive());
      assertThat(f.seconds(Stages.of(plan, true).all())).isPositive().isFinite();
      Forecast hasty = Calibration.of(plan, subject, Duration.ZERO);
      assertThat(hasty.measured()).as("one in any case").hasSize(1);
      assertThat(hasty.scoringSeconds()).as("no time for scores").isNaN();
      assertThat(hasty.seconds(Stages.of(plan, true).all())).isPositive().isFinite();
    }
  }

  @Test
  void rates_and_radii_are_timed_once_and_whole_numbers_each() {
    Plan sweep =
        plan(
            "{optimizer: [\"sgd(lr=0.1)\", \"sgd(lr=0.2)\", \"sgd(lr=1)\","
                + " \"sam(base=sgd(lr=0.1))\", \"sam(base=sgd(lr=0.3))\", \"sam(base=sgd(lr=0))\"]}");
    try (ToySubject subject = new ToySubject()) {
      Forecast f = Calibration.of(sweep, subject, Duration.ofDays(1));
      assertThat(f.measured())
          .filteredOn(m -> m.task().equals("a"))
          .extracting(m -> Forecast.kind(m.recipe()))
          .containsExactlyInAnyOrderElementsOf(
              sweep.cells().stream().map(c -> Forecast.kind(c.recipe())).distinct().toList())
          .hasSize(4);
      Stages stages = Stages.of(sweep, true);
      assertThat(f.seconds(stages.of(sweep.cells().get(0))))
          .isEqualTo(f.seconds(stages.of(sweep.cells().get(1))));
    }
  }
}
