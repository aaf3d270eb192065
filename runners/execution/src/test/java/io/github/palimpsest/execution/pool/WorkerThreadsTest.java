package io.github.palimpsest.execution.pool;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WorkerThreadsTest {
  @Test
  void workers_share_the_processors() {
    assertThat(WorkerPool.threads(2, 8, null)).containsExactly("-Dpalimpsest.threads=4");
    assertThat(WorkerPool.threads(3, 2, null)).containsExactly("-Dpalimpsest.threads=1");
  }

  @Test
  void a_single_worker_decides_by_its_model() {
    assertThat(WorkerPool.threads(1, 8, null)).isEmpty();
  }

  @Test
  void the_number_that_was_stated_holds_for_all_workers() {
    assertThat(WorkerPool.threads(2, 8, "1")).isEmpty();
  }
}
