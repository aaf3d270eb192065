package io.github.palimpsest.tck;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/**
 * Judges several components at the same time. What is told of them keeps their order: verdicts of a
 * component wait until all components before it are judged.
 */
final class SideBySide {
  /** A process of the kit takes one processor and some hundred megabytes. */
  private static final int MOST = 4;

  private SideBySide() {}

  /**
   * Judges every component.
   *
   * @param judge judges one component and tells of each verdict as soon as it is reached
   * @param listener is told of the verdicts, in this thread
   * @return the judgements in the order of the components
   */
  static <T> List<Judgement> inOrder(
      List<T> components,
      BiFunction<T, Consumer<Verdict>, Judgement> judge,
      Consumer<Verdict> listener) {
    int width = Math.min(MOST, Runtime.getRuntime().availableProcessors());
    ExecutorService threads = Executors.newFixedThreadPool(width);
    try {
      List<Running> running = components.stream().map(c -> start(c, judge, threads)).toList();
      List<Judgement> judgements = new ArrayList<>();
      for (Running r : running) {
        judgements.add(r.end(listener));
      }
      return judgements;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while components were judged", e);
    } finally {
      threads.shutdownNow();
    }
  }

  private static <T> Running start(
      T component, BiFunction<T, Consumer<Verdict>, Judgement> judge, ExecutorService threads) {
    BlockingQueue<Optional<Verdict>> told = new LinkedBlockingQueue<>();
    Future<Judgement> judgement =
        threads.submit(
            () -> {
              try {
                return judge.apply(component, v -> told.add(Optional.of(v)));
              } finally {
                told.add(Optional.empty());
              }
            });
    return new Running(told, judgement);
  }

  /**
   * A component that is being judged.
   *
   * @param told its verdicts, then nothing
   * @param judgement what comes of it
   */
  private record Running(BlockingQueue<Optional<Verdict>> told, Future<Judgement> judgement) {
    Judgement end(Consumer<Verdict> listener) throws InterruptedException {
      for (Optional<Verdict> v = told.take(); v.isPresent(); v = told.take()) {
        listener.accept(v.get());
      }
      try {
        return judgement.get();
      } catch (ExecutionException e) {
        if (e.getCause() instanceof RuntimeException told) {
          throw told;
        }
        throw new IllegalStateException(e.getCause());
      }
    }
  }
}
