package io.github.palimpsest.serve;

import io.github.palimpsest.decoder.Generation;
import io.github.palimpsest.decoder.Generator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The jobs of a model that are continued together. Only the scheduler's thread uses it. */
final class Running implements AutoCloseable {
  private final Generation generation;

  /** Those that have not ended, by the number that the generation gave each. */
  private final Map<Integer, Job> jobs = new LinkedHashMap<>();

  Running(ServedModel model) {
    generation = model.generator().open();
  }

  /** Those that have not ended. */
  List<Job> jobs() {
    return List.copyOf(jobs.values());
  }

  /** Lets jobs join; if that fails, none does. */
  void add(List<Job> more) {
    int first = generation.joined();
    for (int i = 0; i < more.size(); i++) {
      jobs.put(first + i, more.get(i));
    }
    try {
      generation.add(more.stream().map(Job::prompt).toList(), this::choose);
    } catch (RuntimeException | Error e) {
      jobs.values().removeAll(more);
      throw e;
    }
  }

  void step() {
    generation.step(this::choose);
  }

  private int choose(int number, float[] logits, int from) {
    Job job = jobs.get(number);
    if (job == null) {
      return Generator.Chooser.END;
    }
    int token = job.choose(logits, from);
    if (token == Generator.Chooser.END) {
      jobs.remove(number);
      job.finished();
    }
    return token;
  }

  @Override
  public void close() {
    generation.close();
  }
}
