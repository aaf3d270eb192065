package io.github.palimpsest.engine.inference;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Independent work on several threads. Each part computes what it would compute alone, so results
 * do not depend on the number of threads.
 */
public final class SideBySide {
  private SideBySide() {}

  /**
   * Does all parts, and returns when none is being done any more.
   *
   * @param atOnce the number of parts at a time; 1 uses the calling thread
   * @param parts are begun in this order
   * @param work done for each part; the exception of the first one that fails is thrown, and parts
   *     that have not begun are left out
   */
  public static <T> void forEach(int atOnce, List<T> parts, Consumer<? super T> work) {
    int threads = Math.min(atOnce, parts.size());
    if (threads <= 1) {
      parts.forEach(work);
      return;
    }
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    List<Future<?>> all = new ArrayList<>();
    try {
      parts.forEach(part -> all.add(pool.submit(() -> work.accept(part))));
      for (Future<?> one : all) {
        one.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException e) {
      throw thrown(e.getCause());
    } finally {
      // no thread is interrupted: a file that it reads would be closed for everybody
      all.forEach(one -> one.cancel(false));
      pool.shutdown();
      awaitEnd(pool);
    }
  }

  private static RuntimeException thrown(Throwable cause) {
    if (cause instanceof Error error) {
      throw error;
    }
    return (RuntimeException) cause; // a consumer throws no other
  }

  /** What the parts use may be closed after this. */
  private static void awaitEnd(ExecutorService pool) {
    boolean interrupted = false;
    boolean ended = false;
    while (!ended) {
      try {
        ended = pool.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
