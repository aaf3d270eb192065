package io.github.palimpsest.execution.pool;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WorkerThreadsTest {
  @Test
  void workers_share_the_processors() {
    assertThat(WorkerPool.threads(2, 8)).containsExactly("-Dpalimpsest.threads.available=4");
    assertThat(WorkerPool.threads(3, 2)).containsExactly("-Dpalimpsest.threads.available=1");
  }

  @Test
  void a_single_worker_has_all_of_them() {
    assertThat(WorkerPool.threads(1, 8)).isEmpty();
  }
}
