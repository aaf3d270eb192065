package io.github.palimpsest.tracking;

import io.github.palimpsest.api.tracker.TrackedCell;
import io.github.palimpsest.api.tracker.TrackedExperiment;
import io.github.palimpsest.results.folder.CellHistory;
import io.github.palimpsest.results.folder.CellHistory.Planned;
import io.github.palimpsest.results.folder.CellHistory.Point;
import io.github.palimpsest.results.folder.CellHistory.Segment;
import io.github.palimpsest.results.folder.CellHistory.Status;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.LongStream;

/** Histories of one made-up cell: two tasks of three steps. */
final class Histories {
  static final Planned CELL =
      new Planned(
          "0123456789abcdef",
          "sam(rho=0.1) + ewc",
          "sam(base=adamw(lr=0.001), rho=0.1) + ewc(lambda=100)",
          7,
          new TreeMap<>(Map.of("optimizer", "sam(rho=0.1)", "strategy", "ewc")));

  private Histories() {}

  /** Histories of an output folder as trackers see them. */
  static TrackedExperiment grid(String experiment, Path folder, CellHistory... cells) {
    return HistoryGrid.of(experiment, folder, List.of(cells));
  }

  /** The made-up cell as trackers see it. */
  static TrackedCell cell() {
    return cell(CELL);
  }

  /** A cell as trackers see it. */
  static TrackedCell cell(Planned planned) {
    CellHistory waiting = new CellHistory(planned, Status.WAITING, Optional.empty(), List.of());
    return grid("toy", Path.of(""), waiting).cells().get(0);
  }

  /** After the first task; the loss of step s is 1/s. */
  static CellHistory halfWay() {
    List<Segment> segments =
        List.of(
            new Segment("score/a", List.of(new Point(0, 0.0))),
            new Segment("train/loss", losses(1, 3)),
            new Segment("score/a", List.of(new Point(3, 1.0))));
    return new CellHistory(CELL, Status.RUNNING, Optional.empty(), segments);
  }

  /** After both, with a metric. */
  static CellHistory finished() {
    List<Segment> segments = new ArrayList<>(halfWay().segments());
    segments.add(new Segment("train/loss", losses(4, 6)));
    segments.add(new Segment("score/a", List.of(new Point(6, 0.25))));
    segments.add(new Segment("metric/forgetting", List.of(new Point(6, 0.75))));
    return new CellHistory(CELL, Status.FINISHED, Optional.empty(), segments);
  }

  /** The same cell failed after its first task. */
  static CellHistory failed(String reason) {
    return new CellHistory(CELL, Status.FAILED, Optional.of(reason), halfWay().segments());
  }

  private static List<Point> losses(long first, long last) {
    return LongStream.rangeClosed(first, last).mapToObj(s -> new Point(s, 1.0 / s)).toList();
  }
}
