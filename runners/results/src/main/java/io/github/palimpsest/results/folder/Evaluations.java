package io.github.palimpsest.results.folder;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The losses on held-out data during a training.
 *
 * @param evaluations in the order of their steps
 */
public record Evaluations(List<Evaluation> evaluations) {
  /** No evaluation. */
  public static final Evaluations NONE = new Evaluations(List.of());

  /** Copies the list. */
  public Evaluations {
    evaluations = JsonFile.list(evaluations);
  }

  /**
   * One evaluation.
   *
   * @param step finished steps of the training; 0 before the first
   * @param loss the mean over all target tokens of the held-out data, in nats
   */
  public record Evaluation(long step, double loss) {}

  /** The evaluations in a file; none if it does not exist. */
  public static Evaluations read(Path file) {
    return JsonFile.isThere(file) ? JsonFile.read(file, Evaluations.class) : NONE;
  }

  /** A copy with another evaluation. */
  public Evaluations plus(long step, double loss) {
    return new Evaluations(
        Stream.concat(evaluations.stream(), Stream.of(new Evaluation(step, loss))).toList());
  }

  /** A copy with the evaluations up to a step. */
  public Evaluations upTo(long step) {
    return new Evaluations(evaluations.stream().filter(e -> e.step() <= step).toList());
  }

  /** The evaluation with the lowest loss, of several the first. */
  public Optional<Evaluation> best() {
    return evaluations.stream().reduce((a, b) -> b.loss() < a.loss() ? b : a);
  }

  /**
   * The number of evaluations since the last improvement. The first evaluation is an improvement,
   * and so is every one whose loss is lower than that of the last improvement by more than a least
   * amount.
   *
   * @param least the least amount, from 0
   */
  public int sinceImprovement(double least) {
    double reference = Double.POSITIVE_INFINITY;
    int since = 0;
    for (Evaluation e : evaluations) {
      boolean improved = e.loss() < reference - least;
      reference = improved ? e.loss() : reference;
      since = improved ? 0 : since + 1;
    }
    return since;
  }
}
