package io.github.palimpsest.results.folder;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The content of a stage's {@code points.json}: scores of its weights at evenly spaced steps, from
 * before the first step to after the last. No merger has acted on these weights.
 *
 * @param points in the order of their steps
 */
public record StagePoints(List<Point> points) {
  /** No points. */
  public static final StagePoints NONE = new StagePoints(List.of());

  /** Copies the list. */
  public StagePoints {
    points = JsonFile.list(points);
  }

  /**
   * The scores after a number of steps.
   *
   * @param step finished steps of the task; 0 before the first
   * @param sets the score of the task, of each earlier task and of each evaluation set, by name
   */
  public record Point(long step, Map<String, Score> sets) {
    /** Copies the map. */
    public Point {
      sets = JsonFile.map(sets);
    }

    /** The score of a set; NaN if there is none. */
    public double score(String set) {
      Score score = sets.get(set);
      return score == null ? Double.NaN : score.score();
    }

    /** The loss of a set; NaN if there is none. */
    public double loss(String set) {
      Score score = sets.get(set);
      return score == null || score.loss() == null ? Double.NaN : score.loss();
    }
  }

  /**
   * The score of a set.
   *
   * @param score in the unit of its measure
   * @param loss nats per target token; null for a set that is never trained on
   */
  public record Score(
      double score, @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Double loss) {}

  /**
   * The steps of the points.
   *
   * @param total the steps of the stage
   * @param number how many points follow that before the first step; 0 for none at all
   * @return 0, and {@code k total / number} for k from 1 to {@code number}, rounded down
   */
  public static SortedSet<Long> steps(long total, int number) {
    TreeSet<Long> steps = new TreeSet<>();
    for (long k = 0; number > 0 && k <= number; k++) {
      steps.add(k * total / number);
    }
    return Collections.unmodifiableSortedSet(steps);
  }

  /** The points in a file; none if it does not exist. */
  public static StagePoints read(Path file) {
    return JsonFile.isThere(file) ? JsonFile.read(file, StagePoints.class) : NONE;
  }

  /** A copy with another point. */
  public StagePoints plus(long step, Map<String, Score> sets) {
    return new StagePoints(
        Stream.concat(points.stream(), Stream.of(new Point(step, new TreeMap<>(sets)))).toList());
  }

  /** A copy with the points up to a step. */
  public StagePoints upTo(long step) {
    return new StagePoints(points.stream().filter(p -> p.step() <= step).toList());
  }

  /** Whether there is a point at each of these steps, and no other. */
  public boolean at(SortedSet<Long> steps) {
    return points.stream().map(Point::step).toList().equals(List.copyOf(steps));
  }
}
