package io.github.palimpsest.tck.rig;

import io.github.palimpsest.api.recipe.Value;
import io.github.palimpsest.api.tracker.TrackedCell;
import io.github.palimpsest.api.tracker.TrackedExperiment;
import io.github.palimpsest.api.tracker.TrackedPoint;
import io.github.palimpsest.api.tracker.TrackedSeries;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.LongStream;

/**
 * A grid of three cells that have begun and one that has not, for trackers. All numbers of a cell
 * are different, and each is exact in 32 bits.
 *
 * @param name the experiment's name
 * @param folder its output folder
 * @param cells its cells
 */
public record MadeUpGrid(String name, String folder, List<TrackedCell> cells)
    implements TrackedExperiment {
  private static final int BEGUN = 3;
  private static final List<String> SERIES = List.of("train/loss", "score/facts", "metric/kept");

  private record Series(String name, List<TrackedPoint> points) implements TrackedSeries {}

  private record Cell(
      String id, String label, State state, Optional<String> reason, List<TrackedSeries> series)
      implements TrackedCell {
    @Override
    public String recipe() {
      return "sgd(lr=0.125)";
    }

    @Override
    public long seed() {
      return 7;
    }

    @Override
    public SortedMap<String, Value> parameters() {
      return new TreeMap<>(
          Map.of(
              "seed", new Value.Num(7),
              "sgd.lr", new Value.Num(0.125),
              "axis.optimizer", new Value.Text(label)));
    }

    @Override
    public Map<String, String> levels() {
      return Map.of("optimizer", label);
    }
  }

  /** A series that cannot be read. */
  private static final class Unreadable implements TrackedSeries {
    @Override
    public String name() {
      return "score/unreadable";
    }

    @Override
    public List<TrackedPoint> points() {
      throw new IllegalStateException("the kit lets the numbers of a series fail once");
    }
  }

  /**
   * A grid whose cells have run up to a step.
   *
   * @param key distinguishes it from other grids at the same target
   * @param steps the last step, from 1
   */
  public static MadeUpGrid of(String key, int steps) {
    return of(key, key, "sgd", SERIES, steps);
  }

  /** A grid whose names contain unusual characters. */
  public static MadeUpGrid odd(String key, int steps) {
    List<String> names = new ArrayList<>(SERIES);
    for (String task :
        List.of(
            "a b",
            "a_b",
            "a/b",
            "a\\b",
            "a.b",
            "..",
            "",
            " ",
            "Größe",
            "\"x\", 'y'; #z",
            "=1+1",
            "line\nbreak",
            "tab\there",
            "x".repeat(300),
            "x".repeat(299) + "y")) {
      names.add("score/" + task);
    }
    return of(key, key + " ../odd: \"näme\"\n%s", "a/b, \"c\"\n<d>|{e}", names, steps);
  }

  private static MadeUpGrid of(
      String key, String name, String label, List<String> names, int steps) {
    List<TrackedCell> cells = new ArrayList<>();
    for (int c = 0; c < BEGUN; c++) {
      TrackedCell.State state =
          c == 0
              ? TrackedCell.State.RUNNING
              : c == 1 ? TrackedCell.State.FINISHED : TrackedCell.State.FAILED;
      Optional<String> reason =
          c == 2 ? Optional.of("loss is NaN at step 3,\n\"twice\"") : Optional.empty();
      cells.add(new Cell(id(c), label + c, state, reason, series(names, c, steps)));
    }
    cells.add(new Cell(id(BEGUN), label, TrackedCell.State.WAITING, Optional.empty(), List.of()));
    return new MadeUpGrid(name, "/palimpsest-kit/" + key, List.copyOf(cells));
  }

  private static String id(int cell) {
    return "%016x".formatted(0x1234567890abcdefL + cell);
  }

  /** Each series in two parts, as those of two tasks. */
  private static List<TrackedSeries> series(List<String> names, int cell, int steps) {
    List<TrackedSeries> all = new ArrayList<>();
    for (int part = 0; part < 2; part++) {
      long from = part == 0 ? 1 : steps / 2 + 1;
      long to = part == 0 ? steps / 2 : steps;
      for (int s = 0; s < names.size(); s++) {
        int series = s;
        List<TrackedPoint> points =
            LongStream.rangeClosed(from, to)
                .mapToObj(step -> TrackedPoint.of(step, (1 + cell + 4 * series) * 64 + step / 8.0))
                .toList();
        all.add(new Series(names.get(s), points));
      }
    }
    return List.copyOf(all);
  }

  /** A copy with numbers that cannot be read, after some that can. */
  public MadeUpGrid unreadable() {
    List<TrackedCell> some = new ArrayList<>(cells);
    Cell second = (Cell) some.get(1);
    List<TrackedSeries> series = new ArrayList<>(second.series());
    series.add(1, new Unreadable());
    some.set(
        1,
        new Cell(
            second.id(), second.label(), second.state(), second.reason(), List.copyOf(series)));
    return new MadeUpGrid(name, folder, List.copyOf(some));
  }

  /** The numbers of a cell, in a fixed order. */
  public static List<TrackedPoint> numbers(TrackedCell cell) {
    return sorted(cell.series().stream().flatMap(s -> s.points().stream()).toList());
  }

  /** Numbers in a fixed order. */
  public static List<TrackedPoint> sorted(List<TrackedPoint> points) {
    return points.stream()
        .sorted(
            Comparator.comparingLong(TrackedPoint::step).thenComparingDouble(TrackedPoint::value))
        .toList();
  }
}
