package io.github.palimpsest.serve;

import io.github.palimpsest.decoder.Generator;
import io.github.palimpsest.llm.score.TokenLogProbabilities.Predicted;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/**
 * One thread that runs the models. Jobs that wait for the same model are computed together; a
 * generation that has begun takes no others in. A batch has at most {@value #ROWS} rows and, when
 * it scores prompts, at most {@value #TOKENS} tokens with their padding, unless it has only one
 * row.
 */
final class Scheduler implements AutoCloseable {
  static final int ROWS = 16;
  static final int TOKENS = 4096;

  private final int limit;
  private final Metrics metrics;
  private final Deque<Job> waiting = new ArrayDeque<>();
  private final Thread thread = new Thread(this::work, "palimpsest-models");
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
    waiting.removeIf(Job::isCancelled);
    if (waiting.size() + jobs.size() > limit) {
      throw new RequestException(
          429, waiting.size() + " prompts wait already; at most " + limit + " may wait");
    }
    waiting.addAll(jobs);
    notifyAll();
  }

  synchronized int waiting() {
    return waiting.size();
  }

  /** The next batch; empty when closed and nothing waits. */
  private synchronized List<Job> next() throws InterruptedException {
    while (waiting.isEmpty()) {
      if (closed) {
        return List.of();
      }
      wait();
    }
    List<Job> batch = new ArrayList<>();
    int longest = 0;
    for (Iterator<Job> jobs = waiting.iterator(); jobs.hasNext() && batch.size() < ROWS; ) {
      Job job = jobs.next();
      if (!batch.isEmpty()) {
        Job first = batch.get(0);
        int padded = Math.max(longest, job.prompt().length);
        if (job.model() != first.model()
            || job.wish().scoresPrompt() != first.wish().scoresPrompt()
            || padded * (batch.size() + 1) > TOKENS) {
          continue;
        }
      }
      longest = Math.max(longest, job.prompt().length);
      batch.add(job);
      jobs.remove();
    }
    return batch;
  }

  private void work() {
    try {
      for (List<Job> batch = next(); !batch.isEmpty(); batch = next()) {
        List<Job> wanted = batch.stream().filter(j -> !j.isCancelled()).toList();
        if (wanted.isEmpty()) {
          continue;
        }
        metrics.batch(wanted.size());
        try {
          run(wanted);
          wanted.forEach(Job::finished);
        } catch (RuntimeException | Error e) {
          wanted.forEach(j -> j.done().completeExceptionally(e));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void run(List<Job> batch) {
    ServedModel model = batch.get(0).model();
    if (batch.get(0).wish().scoresPrompt()) {
      int top = batch.stream().mapToInt(j -> Math.max(1, j.wish().top())).max().orElse(1);
      List<Predicted> found =
          model
              .scores()
              .of(batch.stream().map(Job::prompt).toList(), Math.min(top, model.vocabulary()));
      for (int i = 0; i < batch.size(); i++) {
        batch.get(i).predicted(found.get(i));
        likeliest(batch.get(i), found.get(i));
      }
    }
    List<Job> more =
        batch.stream().filter(j -> j.added().isEmpty() && j.wish().newTokens() > 0).toList();
    if (!more.isEmpty()) {
      int most = more.stream().mapToInt(j -> j.wish().newTokens()).max().orElse(0);
      Generator.Chooser chooser = (row, logits, from) -> more.get(row).choose(logits, from);
      model.generator().generate(more.stream().map(Job::prompt).toList(), most, chooser);
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
