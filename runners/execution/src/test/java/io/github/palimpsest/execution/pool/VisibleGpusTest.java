package io.github.palimpsest.execution.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.PalimpsestException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VisibleGpusTest {
  private static final String VARIABLE = "CUDA_VISIBLE_DEVICES";

  @Test
  void each_worker_sees_the_gpu_of_its_place() {
    List<Integer> gpus = List.of(0, 2, 5);
    assertThat(VisibleGpus.of(gpus, 0, null)).isEqualTo(Map.of(VARIABLE, "0"));
    assertThat(VisibleGpus.of(gpus, 2, null)).isEqualTo(Map.of(VARIABLE, "5"));
    assertThat(VisibleGpus.of(List.of(), 2, null)).as("no choice").isEmpty();
  }

  @Test
  void a_process_that_sees_some_gpus_hands_on_those() {
    assertThat(VisibleGpus.of(List.of(0, 1), 1, "4, GPU-8a")).isEqualTo(Map.of(VARIABLE, "GPU-8a"));
    assertThatThrownBy(() -> VisibleGpus.of(List.of(0, 1, 2), 2, "4,6"))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("device 'gpu:2' is not among the 2 of CUDA_VISIBLE_DEVICES=4,6");
    assertThatThrownBy(() -> VisibleGpus.of(List.of(0), 0, ""))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("device 'gpu:0' is not among the 0");
  }

  @Test
  void the_process_of_a_worker_has_the_variable() throws Exception {
    List<String> lines = new ArrayList<>();
    ProcessBuilder command = new ProcessBuilder("env");
    command.environment().putAll(VisibleGpus.of(List.of(3, 7), 1, null));
    WorkerProcess worker = WorkerProcess.start(command, Whereabouts.create(), line -> {});
    worker.listen(lines::add);
    assertThat(worker.end().code()).isZero();
    assertThat(lines).contains(VARIABLE + "=7");
  }
}
