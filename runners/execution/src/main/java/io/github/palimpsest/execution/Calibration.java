package io.github.palimpsest.execution;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.api.discovery.Recipe;
import io.github.palimpsest.engine.Seats;
import io.github.palimpsest.engine.StepListener;
import io.github.palimpsest.engine.TaskLoop;
import io.github.palimpsest.engine.Training;
import io.github.palimpsest.engine.TrainingStoppedException;
import io.github.palimpsest.experiment.file.DataSet;
import io.github.palimpsest.experiment.plan.Cell;
import io.github.palimpsest.experiment.plan.Origins;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.experiment.plan.StageLoops;
import io.github.palimpsest.experiment.subject.Subject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Times a few steps of a plan's optimizers under its adapters and one row of scores, and forecasts
 * the rest from them. The results of the steps are discarded.
 */
public final class Calibration {
  /** The first step builds the graph; the median of at least five others counts. */
  private static final int FEWEST_STEPS = 6;

  private static final int MOST_STEPS = 40;
  private static final long ENOUGH_NANOS = Duration.ofSeconds(1).toNanos();

  private final Plan plan;
  private final Subject subject;
  private final StageLoops loops;
  private final long end;

  private Calibration(Plan plan, Subject subject, Duration limit) {
    this.plan = plan;
    this.subject = subject;
    this.loops = new StageLoops(plan, subject);
    this.end = System.nanoTime() + limit.toNanos();
  }

  /**
   * Measures.
   *
   * @param plan the plan
   * @param subject the model and data to train
   * @param limit the time after which measuring stops; one of each kind is always measured
   */
  public static Forecast of(Plan plan, Subject subject, Duration limit) {
    return new Calibration(plan, subject, limit).forecast();
  }

  private Forecast forecast() {
    List<Recipe> plain = plainRecipes();
    List<TaskData> tasks = loops.tasks();
    measure(plain.get(0), tasks.get(0), 1); // loads the native library and warms up
    List<Forecast.Timing> measured = new ArrayList<>();
    for (Recipe recipe : plain) {
      if (measured.isEmpty() || timeIsLeft()) {
        measured.add(measure(recipe, tasks.get(0), MOST_STEPS));
      }
    }
    // steps of other tasks may be longer; the first recipe gives the ratio
    for (TaskData task : tasks.subList(1, tasks.size())) {
      if (timeIsLeft()) {
        measured.add(measure(plain.get(0), task, MOST_STEPS));
      }
    }
    return new Forecast(plan, loops, measured, rowSeconds());
  }

  private boolean timeIsLeft() {
    return System.nanoTime() < end;
  }

  /**
   * One of each kind of optimizer under an adapter; the first of each set of equal components comes
   * first.
   */
  private List<Recipe> plainRecipes() {
    Map<String, Recipe> all = new LinkedHashMap<>();
    for (Cell cell : plan.cells()) {
      Recipe recipe = Forecast.plain(cell.recipe());
      all.putIfAbsent(Forecast.kind(recipe), recipe);
    }
    Set<String> seen = new HashSet<>();
    Map<Recipe, Boolean> again = new LinkedHashMap<>();
    all.values().forEach(r -> again.put(r, !seen.add(Forecast.components(r))));
    return again.keySet().stream().sorted(Comparator.comparing(again::get)).toList();
  }

  private Forecast.Timing measure(Recipe recipe, TaskData task, int steps) {
    Training training = plan.experiment().training();
    List<Long> times = new ArrayList<>();
    TaskLoop loop =
        new TaskLoop(
            subject.model(),
            subject.pretrained(plan.cells().get(0).seed()),
            Seats.of(recipe),
            training.lasting(steps, steps),
            plan.cells().get(0).seed(),
            List.of(TaskData.of(0, task.name(), task.examples())),
            plan.experiment().device(),
            null);
    times.add(System.nanoTime());
    String failure = "";
    try {
      loop.train(
          new StepListener() {
            @Override
            public void onStep(int index, long step, long total, double loss) {
              times.add(System.nanoTime());
            }

            @Override
            public boolean stops() {
              boolean enough =
                  times.size() > FEWEST_STEPS && System.nanoTime() - times.get(1) > ENOUGH_NANOS;
              return times.size() > 2 && (enough || !timeIsLeft());
            }
          });
    } catch (TrainingStoppedException e) {
      // slow steps: there are enough of them
    } catch (PalimpsestException e) {
      failure = e.getMessage();
    } catch (RuntimeException e) { // of a function that a component gave to the step
      failure = new Origins(plan.registry()).told(StageRun.reason(e), recipe);
    }
    return Forecast.Timing.of(recipe, task.name(), times, failure);
  }

  /** The seconds of a row of scores; empty if there was no time to measure every set. */
  private OptionalDouble rowSeconds() {
    long begun = System.nanoTime();
    List<String> sets =
        Stream.concat(plan.experiment().tasks().stream(), plan.experiment().evaluation().stream())
            .map(DataSet::name)
            .toList();
    for (String set : sets) {
      if (!timeIsLeft()) {
        return OptionalDouble.empty();
      }
      subject.score(set, subject.pretrained(plan.cells().get(0).seed()));
    }
    return OptionalDouble.of((System.nanoTime() - begun) / 1e9);
  }
}
