package io.github.palimpsest.serve;

import io.github.palimpsest.llm.score.TokenLogProbabilities.Predicted;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;

/**
 * One thread that runs the models. In each turn it scores one batch of prompts, lets waiting
 * prompts join the generation of their model, and continues every generation by one token. A batch
 * and a generation have at most {@value #ROWS} rows; prompts that are read together have at most
 * {@value #TOKENS} tokens with their padding, unless there is only one.
 */
final class Scheduler implements AutoCloseable {
  static final int ROWS = 16;
  static final int TOKENS = 4096;

  private final int limit;
  private final Metrics metrics;
  private final Deque<Job> waiting = new ArrayDeque<>();
  private final Thread thread = new Thread(this::work, "palimpsest-models");
  private final Map<ServedModel, Running> running = new LinkedHashMap<>();
  private boolean closed;

  Scheduler(int limit, Metrics metrics) {
    this.limit = limit;
    this.metrics = metrics;
  }

  void start() {
    thread.start();
  }

  /** Queues the jobs of a request: all, or none with an error. */
  synchronized void submit(List<Job> jobs) {
    if (closed) {
      throw new RequestException(503, "the server is shutting down");
    }
    if (jobs.size() > limit) {
      throw RequestException.bad(
          "the request has " + jobs.size() + " prompts; at most " + limit + " are allowed");
    }
    if (waiting() + jobs.size() > limit) {
      throw new RequestException(
          429, waiting.size() + " prompts wait already; at most " + limit + " may wait");
    }
    waiting.addAll(jobs);
    notifyAll();
  }

  synchronized int waiting() {
    waiting.removeIf(Job::isCancelled);
    return waiting.size();
  }

  /** Waits for work; whether there is any before the end. */
  private synchronized boolean hasWork() throws InterruptedException {
    while (waiting.isEmpty() && running.isEmpty()) {
      if (closed) {
        return false;
      }
      wait();
    }
    return true;
  }

  /**
   * Takes jobs that can be computed together: those like the first that is wanted, in their order.
   *
   * @param room how many may be taken with a job
   */
  private synchronized List<Job> take(Predicate<Job> wanted, ToIntFunction<Job> room) {
    List<Job> batch = new ArrayList<>();
    int longest = 0;
    for (Iterator<Job> jobs = waiting.iterator(); jobs.hasNext(); ) {
      Job job = jobs.next();
      if (job.isCancelled()) {
        jobs.remove();
        continue;
      }
      int padded = Math.max(longest, job.prompt().length);
      if (!wanted.test(job)
          || batch.size() >= room.applyAsInt(job)
          || !batch.isEmpty()
              && (job.model() != batch.get(0).model() || padded * (batch.size() + 1) > TOKENS)) {
        continue;
      }
      longest = padded;
      batch.add(job);
      jobs.remove();
    }
    return batch;
  }

  private void work() {
    try {
      while (hasWork()) {
        attempt(take(Job::waitsForScores, j -> ROWS), this::score);
        attempt(take(j -> !j.waitsForScores(), this::room), this::join);
        for (ServedModel model : List.copyOf(running.keySet())) {
          Running generation = running.get(model);
          boolean done = attempt(generation.jobs(), jobs -> generation.step());
          if (!done || generation.jobs().isEmpty()) {
            running.remove(model).close();
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Computes jobs, if there are any. If that fails, each fails; says whether it succeeded. */
  private boolean attempt(List<Job> jobs, Consumer<List<Job>> what) {
    if (jobs.isEmpty()) {
      return true;
    }
    metrics.batch(jobs.size());
    try {
      what.accept(jobs);
      return true;
    } catch (RuntimeException | Error e) {
      jobs.forEach(j -> j.done().completeExceptionally(e)); // without effect on those that are done
      return false;
    }
  }

  private int room(Job job) {
    Running generation = running.get(job.model());
    return generation == null ? ROWS : ROWS - generation.jobs().size();
  }

  private void score(List<Job> batch) {
    ServedModel model = batch.get(0).model();
    int top = batch.stream().mapToInt(j -> Math.max(1, j.wish().top())).max().orElse(1);
    List<Predicted> found =
        model
            .scores()
            .of(batch.stream().map(Job::prompt).toList(), Math.min(top, model.vocabulary()));
    for (int i = 0; i < batch.size(); i++) {
      batch.get(i).predicted(found.get(i));
      likeliest(batch.get(i), found.get(i));
    }
    List<Job> more = new ArrayList<>();
    for (Job job : batch) {
      if (job.added().isEmpty() && job.wish().newTokens() > 0) {
        more.add(job);
      } else {
        job.finished();
      }
    }
    if (!more.isEmpty()) {
      again(more);
    }
  }

  /** Puts jobs whose prompt has been scored where the next ones to join are taken. */
  private synchronized void again(List<Job> jobs) {
    for (int i = jobs.size() - 1; i >= 0; i--) {
      waiting.addFirst(jobs.get(i));
    }
  }

  private void join(List<Job> batch) {
    List<Job> more = new ArrayList<>();
    for (Job job : batch) {
      if (job.wish().newTokens() > 0) {
        more.add(job);
      } else {
        job.finished();
      }
    }
    if (!more.isEmpty()) {
      running.computeIfAbsent(batch.get(0).model(), Running::new).add(more);
    }
  }

  /** The only new token of a greedy answer needs no pass of its own. */
  private static void likeliest(Job job, Predicted found) {
    if (job.wish().newTokens() == 1 && job.wish().sampling().temperature() == 0) {
      int n = job.prompt().length;
      job.add(
          new Job.Chosen(
              found.topIds()[n][0], found.top()[n][0], found.topIds()[n], found.top()[n]));
    }
  }

  /** Answers what waits, then ends. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
