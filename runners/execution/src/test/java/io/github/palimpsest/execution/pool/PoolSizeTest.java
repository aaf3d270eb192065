package io.github.palimpsest.execution.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.api.discovery.Plugins;
import io.github.palimpsest.execution.memory.PlanMemory;
import io.github.palimpsest.experiment.file.ExperimentFile;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.experiment.subject.Subject;
import io.github.palimpsest.experiment.subject.Subjects;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PoolSizeTest {
  private static final long MUCH = 1L << 40;

  private static Plan quickstart(String replaced, String by) {
    String text = ExperimentFile.builtIn("quickstart").orElseThrow().replace(replaced, by);
    return Plan.of(
        ExperimentFile.parse("quickstart", text, Path.of("."), Map.of()), Plugins.onClassPath());
  }

  private static Plan quickstart() {
    return quickstart("", "");
  }

  @Test
  void a_small_model_has_a_worker_for_each_processor_up_to_eight() {
    assertThat(PoolSize.of(quickstart(), 45, 1, MUCH)).isEqualTo(1);
    assertThat(PoolSize.of(quickstart(), 45, 6, MUCH)).isEqualTo(6);
    assertThat(PoolSize.of(quickstart(), 45, 64, MUCH)).isEqualTo(8);
  }

  @Test
  void there_are_no_more_workers_than_cells_without_a_result() {
    assertThat(PoolSize.of(quickstart(), 3, 8, MUCH)).isEqualTo(3);
    assertThat(PoolSize.of(quickstart(), 1, 8, MUCH)).isEqualTo(1);
    assertThat(PoolSize.of(quickstart(), 0, 8, MUCH)).isEqualTo(1);
  }

  @Test
  void workers_take_at_most_half_of_the_memory() {
    Plan plan = quickstart();
    try (Subject subject = Subjects.open(plan.experiment(), plan.registry())) {
      long each = PlanMemory.of(plan, subject, 8).orElseThrow().estimate().bytes();
      assertThat(PoolSize.of(plan, 45, 8, 2 * 3 * each)).isEqualTo(3);
      assertThat(PoolSize.of(plan, 45, 8, 2 * 3 * each - 1)).isEqualTo(2);
      assertThat(PoolSize.of(plan, 45, 8, each)).as("one is what was asked for").isEqualTo(1);
    }
  }

  @Test
  void each_tower_keeps_a_processor_busy() {
    Plan towers = quickstart("training:\n", "training:\n  towers: 2\n");
    assertThat(towers.experiment().training().towers()).isEqualTo(2);
    assertThat(PoolSize.of(towers, 45, 8, MUCH)).isEqualTo(4);
  }

  @Test
  void a_gpu_and_a_model_on_several_devices_have_one_worker() {
    assertThat(PoolSize.of(quickstart("training:\n", "device: gpu:0\ntraining:\n"), 45, 8, MUCH))
        .isEqualTo(1);
    assertThat(PoolSize.of(quickstart("training:\n", "device: cpu:0-1\ntraining:\n"), 45, 8, MUCH))
        .isEqualTo(1);
  }
}
