package io.github.palimpsest.engine.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SideBySideTest {
  private static final List<Integer> PARTS = IntStream.range(0, 20).boxed().toList();

  @Test
  void one_at_a_time_is_done_in_order_by_the_calling_thread() {
    List<Integer> done = new ArrayList<>();
    Set<Thread> threads = ConcurrentHashMap.newKeySet();
    SideBySide.forEach(
        1,
        PARTS,
        part -> {
          done.add(part);
          threads.add(Thread.currentThread());
        });
    assertThat(done).isEqualTo(PARTS);
    assertThat(threads).containsExactly(Thread.currentThread());
  }

  @Test
  void as_many_as_asked_for_are_under_way_together_and_each_is_done_once() {
    int[] times = new int[PARTS.size()];
    CountDownLatch together = new CountDownLatch(3);
    SideBySide.forEach(
        3,
        PARTS,
        part -> {
          times[part]++;
          together.countDown();
          try {
            together.await(); // without three threads this would not end
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
    assertThat(times).containsOnly(1);
  }

  @Test
  void the_first_failure_is_thrown_when_nothing_runs_any_more() {
    AtomicInteger running = new AtomicInteger();
    for (Throwable failure :
        new Throwable[] {new IllegalArgumentException("part 5"), new OutOfMemoryError("part 5")}) {
      assertThatThrownBy(
              () ->
                  SideBySide.forEach(
                      2,
                      PARTS,
                      part -> {
                        running.incrementAndGet();
                        try {
                          if (part == 5 && failure instanceof RuntimeException e) {
                            throw e;
                          }
                          if (part == 5 && failure instanceof Error e) {
                            throw e;
                          }
                        } finally {
                          running.decrementAndGet();
                        }
                      }))
          .isSameAs(failure);
      assertThat(running).hasValue(0);
    }
  }

  @Test
  void nothing_to_do_is_done() {
    SideBySide.forEach(4, List.of(), part -> assertThat(part).isNull());
  }
}
