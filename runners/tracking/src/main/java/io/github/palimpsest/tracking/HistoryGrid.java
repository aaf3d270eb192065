package io.github.palimpsest.tracking;

import io.github.palimpsest.api.recipe.Value;
import io.github.palimpsest.api.tracker.TrackedCell;
import io.github.palimpsest.api.tracker.TrackedExperiment;
import io.github.palimpsest.api.tracker.TrackedPoint;
import io.github.palimpsest.api.tracker.TrackedSeries;
import io.github.palimpsest.results.folder.CellHistory;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * The histories of an output folder in the form that trackers read.
 *
 * @param name the experiment's name
 * @param folder the absolute path of the output folder
 * @param cells its cells
 */
record HistoryGrid(String name, String folder, List<TrackedCell> cells)
    implements TrackedExperiment {

  static HistoryGrid of(String name, Path folder, List<CellHistory> histories) {
    return new HistoryGrid(
        name,
        folder.toAbsolutePath().normalize().toString(),
        histories.stream().<TrackedCell>map(Cell::new).toList());
  }

  private record Cell(CellHistory history) implements TrackedCell {
    @Override
    public String id() {
      return history.planned().id();
    }

    @Override
    public String label() {
      return history.planned().label();
    }

    @Override
    public String recipe() {
      return history.planned().recipe();
    }

    @Override
    public long seed() {
      return history.planned().seed();
    }

    @Override
    public SortedMap<String, Value> parameters() {
      return RecipeSettings.of(history.planned());
    }

    @Override
    public Map<String, String> levels() {
      return history.planned().levels();
    }

    @Override
    public State state() {
      return switch (history.status()) {
        case WAITING -> State.WAITING;
        case RUNNING -> State.RUNNING;
        case FINISHED -> State.FINISHED;
        case FAILED -> State.FAILED;
      };
    }

    @Override
    public Optional<String> reason() {
      return history.reason();
    }

    @Override
    public List<TrackedSeries> series() {
      return history.segments().stream().<TrackedSeries>map(Series::new).toList();
    }

    @Override
    public long lastStep() {
      return history.lastStep();
    }
  }

  /** Trackers read long series repeatedly, so this class copies only the requested points. */
  private record Series(CellHistory.Segment segment) implements TrackedSeries {
    @Override
    public String name() {
      return segment.series();
    }

    @Override
    public List<TrackedPoint> points() {
      return points(segment.points());
    }

    @Override
    public List<TrackedPoint> after(long step) {
      return points(segment.after(step));
    }

    @Override
    public long lastStep() {
      List<CellHistory.Point> points = segment.points();
      return points.isEmpty() ? 0 : points.get(points.size() - 1).step();
    }

    private static List<TrackedPoint> points(List<CellHistory.Point> points) {
      return points.stream().map(p -> TrackedPoint.of(p.step(), p.value())).toList();
    }
  }
}
