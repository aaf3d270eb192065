package io.github.palimpsest.results.folder;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The numbers of a cell so far, step by step, for an experiment tracker that shows a running grid.
 *
 * @param planned the cell as it was planned
 * @param status the progress of the cell
 * @param reason why it failed; empty if it has not failed
 * @param segments its numbers; those of one series are in the order of their steps
 */
public record CellHistory(
    Planned planned, Status status, Optional<String> reason, List<Segment> segments) {
  /** Copies the list. */
  public CellHistory {
    segments = List.copyOf(segments);
  }

  /**
   * A cell as it was planned.
   *
   * @param id its id
   * @param label its recipe without defaults
   * @param recipe the canonical text of its recipe
   * @param seed the seed of its random streams
   * @param levels its level on each axis, in the order of the axes
   */
  public record Planned(
      String id, String label, String recipe, long seed, Map<String, String> levels) {
    /** Copies the levels, requires the id, and replaces other missing values with empty ones. */
    public Planned {
      JsonFile.required(id, "id");
      label = label == null ? "" : label;
      recipe = recipe == null ? "" : recipe;
      levels = JsonFile.map(levels);
    }
  }

  /** The progress of a cell. */
  public enum Status {
    /** No part of it is done. */
    WAITING,
    /** Some of it is done. */
    RUNNING,
    /** It has its result. */
    FINISHED,
    /** It cannot have a result. */
    FAILED
  }

  /**
   * Some numbers of one series: a task's losses, or a score.
   *
   * @param series for example {@code train/loss}, {@code score/facts}, {@code metric/forgetting}
   * @param points the points in the order of their steps
   */
  public record Segment(String series, List<Point> points) {
    /** Copies the list. */
    public Segment {
      points = List.copyOf(points);
    }

    long lastStep() {
      return points.isEmpty() ? 0 : points.get(points.size() - 1).step();
    }

    /** The points after a step. */
    public List<Point> after(long step) {
      int from = points.size();
      while (from > 0 && points.get(from - 1).step() > step) {
        from--;
      }
      return points.subList(from, points.size());
    }
  }

  /**
   * A number.
   *
   * @param step training steps since the first task began
   * @param value the number
   */
  public record Point(long step, double value) {}

  /** The last step that has a number. */
  public long lastStep() {
    return segments.stream().mapToLong(Segment::lastStep).max().orElse(0);
  }

  /** A copy with more numbers. */
  CellHistory plus(List<Segment> more) {
    return new CellHistory(
        planned, status, reason, Stream.concat(segments.stream(), more.stream()).toList());
  }
}
