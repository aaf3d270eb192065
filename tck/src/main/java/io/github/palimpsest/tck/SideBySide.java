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
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/**
 * Judges several components at the same time. Verdicts are reported in the order of the components:
 * those of one component wait until all earlier components are judged.
 */
final class SideBySide {
  /** A process of the kit takes one processor and a few hundred megabytes. */
  private static final int MOST = 4;

  private SideBySide() {}

  /**
   * Judges every component.
   *
   * @param judge judges one component and reports each verdict as soon as it is reached
   * @param listener receives the verdicts with their components, in this thread
   * @return the judgements in the order of the components
   */
  static <T> List<Judgement> inOrder(
      List<T> components,
      BiFunction<T, Consumer<Verdict>, Judgement> judge,
      BiConsumer<T, Verdict> listener) {
    int width = Math.min(MOST, Runtime.getRuntime().availableProcessors());
    ExecutorService threads = Executors.newFixedThreadPool(width);
    try {
      List<Running> running = components.stream().map(c -> start(c, judge, threads)).toList();
      List<Judgement> judgements = new ArrayList<>();
      for (int i = 0; i < running.size(); i++) {
        T component = components.get(i);
        judgements.add(running.get(i).end(v -> listener.accept(component, v)));
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
   * @param told its verdicts, then an end mark
   * @param judgement the future judgement
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
