package io.github.palimpsest.results.folder;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StagePointsTest {
  @TempDir Path temp;

  @Test
  void points_are_evenly_spaced_from_before_the_first_step_to_after_the_last() {
    assertThat(StagePoints.steps(10, 4))
        .as("10 / 4, 20 / 4, 30 / 4 and 40 / 4 rounded down")
        .containsExactly(0L, 2L, 5L, 7L, 10L);
    assertThat(StagePoints.steps(3, 8)).as("no step twice").containsExactly(0L, 1L, 2L, 3L);
    assertThat(StagePoints.steps(10, 1)).containsExactly(0L, 10L);
    assertThat(StagePoints.steps(10, 0)).isEmpty();
  }

  @Test
  void a_file_gives_back_what_was_written_and_a_missing_one_has_no_points() {
    Path file = temp.resolve(FolderLayout.POINTS);
    assertThat(StagePoints.read(file)).isEqualTo(StagePoints.NONE);
    StagePoints points =
        StagePoints.NONE
            .plus(0, Map.of("a", new StagePoints.Score(0.5, 1.25)))
            .plus(4, Map.of("a", new StagePoints.Score(0.25, 0.125)))
            .plus(8, Map.of("kept", new StagePoints.Score(0.75, null)));
    JsonFile.writeSealed(file, points);
    assertThat(StagePoints.read(file)).isEqualTo(points);
    assertThat(points.points().get(1).loss("a")).isEqualTo(0.125);
    assertThat(points.points().get(2).loss("kept")).isNaN();
    assertThat(points.points().get(2).score("a")).isNaN();
    assertThat(points.upTo(4).points()).hasSize(2);
    assertThat(points.at(new TreeSet<>(java.util.List.of(0L, 4L, 8L)))).isTrue();
    assertThat(points.at(new TreeSet<>(java.util.List.of(0L, 4L)))).isFalse();
  }
}
