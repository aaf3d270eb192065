package io.github.palimpsest.execution.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.discovery.Plugins;
import io.github.palimpsest.experiment.file.Experiment;
import io.github.palimpsest.experiment.file.ExperimentFile;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.experiment.plan.Stages;
import io.github.palimpsest.results.folder.CellResult;
import io.github.palimpsest.results.folder.FolderLayout;
import io.github.palimpsest.results.folder.JsonFile;
import io.github.palimpsest.results.folder.StageResult;
import io.github.palimpsest.results.folder.Timing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MeasuredTimesTest {
  @TempDir Path folder;
  private Plan plan;
  private Stages stages;

  /** Task 1 of two optimizers is shared by two cells each, which differ in their rehearsal. */
  @BeforeEach
  void grid() {
    String text =
        """
        name: toy
        model: none
        tasks:
          - {name: a, data: a.json, format: instructions, measure: exact-match, held-out: 1}
          - {name: b, data: b.json, format: instructions, measure: exact-match, held-out: 1}
        training: {epochs: 1, batch: 4, checkpoint-every: 10}
        seeds: [1]
        axes: {optimizer: [adamw, sgd], rehearsal: [none, replay]}
        """;
    Experiment toy = ExperimentFile.parse("toy.yaml", text, Path.of("."), Map.of());
    plan = Plan.of(toy, Plugins.onClassPath(), new TreeMap<>());
    stages = Stages.of(plan, true);
  }

  private void measured(int task, double seconds, boolean resumed, String... components)
      throws IOException {
    FolderLayout layout = new FolderLayout(folder);
    String id = task + String.join("", components) + seconds;
    List<CellResult.Source> sources =
        Stream.of(components)
            .map(c -> new CellResult.Source(c, "optimizer", "p", "1", "p.jar", "0", "none"))
            .toList();
    Timing timing =
        new Timing(
            seconds, 40L, 1.0, 1L, resumed, null, null, null, null, null, List.of(), null, null,
            null, null, null, null, null, null);
    Files.createDirectories(layout.stage(id));
    JsonFile.write(
        layout.about(id),
        new StageResult(
            id, task, "r", 1, null, 1, "t", 4L, 40L, 40.0, sources, Map.of(), null, null, timing,
            null));
  }

  @Test
  void each_stage_takes_a_time_of_its_task_and_components() throws IOException {
    measured(1, 8, false, "adamw");
    measured(1, 16, false, "sgd");
    measured(2, 32, false, "adamw");
    measured(2, 64, false, "sgd");
    measured(2, 128, false, "adamw", "replay");
    measured(2, 256, false, "sgd", "replay");
    measured(2, 9999, true, "sgd"); // interrupted, so it does not count
    MeasuredTimes times = new MeasuredTimes(folder);
    GridUnits units = GridUnits.of(plan, stages, times, 10, 1);
    assertThat(times.stages()).isEqualTo(6);
    assertThat(times.unlike()).isEmpty();
    assertThat(units.totalSeconds())
        .as("every stage once; rows were not timed")
        .isCloseTo(10 * (8 + 16 + 32 + 64 + 128 + 256), within(1e-9));
    assertThat(units.criticalPathSeconds()).isCloseTo(10 * (16 + 256), within(1e-9));
    assertThat(units.cells()).hasDimensions(4, 4);
    assertThat(units.cells()[0][0]).as("the first stage is one").isEqualTo(units.cells()[1][0]);
    assertThat(units.checkpoints()[units.cells()[0][0]])
        .as("10 of 40 steps")
        .isCloseTo(10 * 8 * 10 / 40.0, within(1e-9));
    assertThat(units.checkpoints()[units.cells()[0][1]]).as("scores start again").isInfinite();
  }

  @Test
  void a_kind_without_a_time_takes_one_of_its_task_and_is_named() throws IOException {
    measured(1, 8, false, "adamw");
    measured(2, 32, false, "adamw");
    MeasuredTimes times = new MeasuredTimes(folder);
    GridUnits units = GridUnits.of(plan, stages, times, 1, 1);
    assertThat(units.totalSeconds()).isCloseTo(2 * 8 + 4 * 32, within(1e-9));
    assertThat(times.unlike())
        .isEqualTo(
            List.of(
                "task 1 with sgd",
                "task 2 with adamw,replay",
                "task 2 with replay,sgd",
                "task 2 with sgd"));
  }

  @Test
  void a_folder_without_times_is_refused() {
    assertThatThrownBy(() -> new MeasuredTimes(folder))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining(folder.toString())
        .hasMessageContaining("no trained stage");
  }
}
