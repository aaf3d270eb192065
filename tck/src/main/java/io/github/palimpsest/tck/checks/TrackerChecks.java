package io.github.palimpsest.tck.checks;

import static io.github.palimpsest.tck.rule.TrackerRule.TRK_01;
import static io.github.palimpsest.tck.rule.TrackerRule.TRK_02;
import static io.github.palimpsest.tck.rule.TrackerRule.TRK_03;
import static io.github.palimpsest.tck.rule.TrackerRule.TRK_04;
import static io.github.palimpsest.tck.rule.TrackerRule.TRK_05;

import io.github.palimpsest.api.component.Promise;
import io.github.palimpsest.api.recipe.Value;
import io.github.palimpsest.api.tracker.Readback;
import io.github.palimpsest.api.tracker.TrackedCell;
import io.github.palimpsest.api.tracker.TrackedPoint;
import io.github.palimpsest.api.tracker.Tracker;
import io.github.palimpsest.api.tracker.TrackerProvider;
import io.github.palimpsest.tck.Check.Trial;
import io.github.palimpsest.tck.Feature;
import io.github.palimpsest.tck.Finding;
import io.github.palimpsest.tck.NotApplicable;
import io.github.palimpsest.tck.Subject;
import io.github.palimpsest.tck.rig.MadeUpGrid;
import io.github.palimpsest.tck.rig.TemporaryFolder;
import io.github.palimpsest.tck.rule.Rule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The checks of trackers: one that writes files in a temporary folder, any other at its target. */
final class TrackerChecks implements KindChecks {
  private static final int FEW = 4;
  private static final int MORE = 10;

  private final Subject<Tracker> subject;

  TrackerChecks(Subject<Tracker> subject) {
    this.subject = subject;
  }

  @Override
  public Map<Rule, Trial> trials() {
    return Map.of(
        TRK_01, this::showsWhatItIsHanded,
        TRK_02, this::showsNothingTwice,
        TRK_03, this::makesUpForFailures,
        TRK_04, this::takesAnyName,
        TRK_05, this::closesUnused);
  }

  @Override
  public String behaviour() {
    try (TemporaryFolder scratch = new TemporaryFolder()) {
      MadeUpGrid grid = MadeUpGrid.of("behaviour", FEW);
      Site site = new Site(scratch);
      if (!site.isThere()) {
        Tracker unused = subject.create();
        return unused.target();
      }
      try (Tracker tracker = site.opened()) {
        tracker.show(grid);
        StringBuilder seen = new StringBuilder();
        tracker
            .capability(Readback.class)
            .ifPresent(
                r ->
                    grid.cells()
                        .forEach(c -> seen.append(MadeUpGrid.sorted(r.shown(grid, c.id())))));
        return seen.toString();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The target of one trial's trackers. */
  private final class Site {
    private final Path path;
    private final boolean files = subject.promises(Promise.WRITES_FILES);

    Site(TemporaryFolder scratch) {
      this.path = scratch.path().resolve("target");
    }

    boolean isThere() {
      return files || subject.written().containsKey(TrackerProvider.TARGET);
    }

    Tracker made() {
      NotApplicable.unless(isThere(), Feature.TARGET);
      TreeMap<String, Value> written = new TreeMap<>(subject.written());
      if (files) {
        written.put(TrackerProvider.TARGET, new Value.Text(path.toString()));
      }
      return new Subject<>(
              subject.provider(),
              written,
              subject.components(),
              subject.origin(),
              subject.tolerance())
          .create();
    }

    Tracker opened() {
      Tracker tracker = made();
      tracker.open();
      return tracker;
    }

    /** Replaces the target with something else, runs the work, and restores the target. */
    void broken(Runnable work) throws IOException {
      if (!files || !Files.exists(path)) {
        return;
      }
      Path aside = path.resolveSibling("aside");
      boolean folder = Files.isDirectory(path);
      Files.move(path, aside);
      if (folder) {
        Files.writeString(path, "");
      } else {
        Files.createDirectory(path);
      }
      try {
        work.run();
      } finally {
        Files.delete(path);
        Files.move(aside, path);
      }
    }
  }

  private static String fixture(String what) {
    return "a grid of 3 cells, " + what;
  }

  /** Compares the numbers at the target with the numbers shown. */
  private static void complete(Tracker tracker, MadeUpGrid grid, String what) {
    Readback readback =
        tracker.capability(Readback.class).orElseThrow(() -> new NotApplicable(Feature.READBACK));
    for (TrackedCell cell : grid.cells()) {
      List<TrackedPoint> expected = MadeUpGrid.numbers(cell);
      List<TrackedPoint> actual = MadeUpGrid.sorted(readback.shown(grid, cell.id()));
      Expect.that(
          expected.equals(actual),
          () ->
              new Finding(
                  fixture(what) + ", cell " + cell.id() + ", " + cell.state(),
                  expected.size() + " numbers, each once",
                  difference(expected, actual)));
    }
  }

  private static String difference(List<TrackedPoint> expected, List<TrackedPoint> actual) {
    List<TrackedPoint> missing = new ArrayList<>(expected);
    actual.forEach(missing::remove);
    List<TrackedPoint> more = new ArrayList<>(actual);
    expected.forEach(more::remove);
    return actual.size()
        + " numbers; missing: "
        + first(missing)
        + "; duplicate or unknown: "
        + first(more);
  }

  private static String first(List<TrackedPoint> points) {
    return points.size() <= FEW
        ? "" + points
        : points.subList(0, FEW) + " and " + (points.size() - FEW) + " more";
  }

  private void showsWhatItIsHanded() throws IOException {
    try (TemporaryFolder scratch = new TemporaryFolder();
        Tracker tracker = new Site(scratch).opened()) {
      MadeUpGrid few = MadeUpGrid.of("shows", FEW);
      tracker.show(few);
      complete(tracker, few, "shown to step " + FEW);
      MadeUpGrid more = MadeUpGrid.of("shows", MORE);
      tracker.show(more);
      complete(tracker, more, "shown to step " + FEW + ", then to step " + MORE);
    }
  }

  private void showsNothingTwice() throws IOException {
    MadeUpGrid grid = MadeUpGrid.of("twice", FEW);
    try (TemporaryFolder scratch = new TemporaryFolder()) {
      Site site = new Site(scratch);
      try (Tracker tracker = site.opened()) {
        tracker.show(grid);
        tracker.show(grid);
        complete(tracker, grid, "shown twice");
      }
      MadeUpGrid more = MadeUpGrid.of("twice", MORE);
      try (Tracker other = site.opened()) {
        other.show(grid);
        complete(other, grid, "shown again by another tracker");
        other.show(more);
        complete(other, more, "shown again by another tracker, then to step " + MORE);
      }
    }
  }

  private void makesUpForFailures() throws IOException {
    MadeUpGrid few = MadeUpGrid.of("failure", FEW);
    MadeUpGrid more = MadeUpGrid.of("failure", MORE);
    try (TemporaryFolder scratch = new TemporaryFolder()) {
      Site site = new Site(scratch);
      try (Tracker tracker = site.opened()) {
        failing(() -> tracker.show(few.unreadable()));
        tracker.show(few);
        complete(tracker, few, "shown after a show that failed half-way");
        site.broken(() -> failing(() -> tracker.show(more)));
        tracker.show(more);
        complete(tracker, more, "shown after its target was away");
      }
      try (Tracker other = site.opened()) {
        other.show(more);
        complete(other, more, "shown after failures, then by another tracker");
      }
    }
  }

  /** It may fail or not; only the later calls count. */
  private static void failing(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException e) {
      // the host would report it
    }
  }

  private void takesAnyName() throws IOException {
    try (TemporaryFolder scratch = new TemporaryFolder()) {
      Site site = new Site(scratch);
      MadeUpGrid few = MadeUpGrid.odd("names", FEW);
      MadeUpGrid more = MadeUpGrid.odd("names", MORE);
      try (Tracker tracker = site.opened()) {
        tracker.show(few);
        complete(tracker, few, "of odd names");
      }
      try (Tracker other = site.opened()) {
        other.show(more);
        complete(other, more, "of odd names, shown again by another tracker");
      }
    }
  }

  private void closesUnused() throws IOException {
    try (TemporaryFolder scratch = new TemporaryFolder()) {
      Site site = new Site(scratch);
      Tracker made = site.made();
      Expect.that(
          !Files.exists(site.path),
          () -> new Finding("a new tracker", "an untouched target", "it is there already"));
      Expect.that(
          !made.target().isBlank(),
          () -> new Finding("a new tracker", "target() says where it shows", "it is blank"));
      close("a tracker that was never opened", made);
      close("a tracker that has shown nothing", site.opened());
      Tracker used = site.opened();
      used.show(MadeUpGrid.of("closed", FEW));
      used.show(MadeUpGrid.of("closed", MORE));
      close("a tracker that has shown a grid", used);
      List<String> open = open(site.path);
      Expect.that(
          open.isEmpty(),
          () -> new Finding("a closed tracker", "no open file at its target", "" + open));
    }
  }

  /** The files at a path that this process holds open, where the system says so. */
  private static List<String> open(Path path) throws IOException {
    Path descriptors = Path.of("/proc/self/fd");
    List<String> open = new ArrayList<>();
    if (Files.isDirectory(descriptors) && Files.exists(path)) {
      try (DirectoryStream<Path> all = Files.newDirectoryStream(descriptors)) {
        for (Path d : all) {
          Path file = target(d);
          if (file.startsWith(path.toRealPath())) {
            open.add(file.getFileName().toString());
          }
        }
      }
    }
    return open;
  }

  private static Path target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor);
    } catch (IOException e) {
      return descriptor; // closed in the meantime
    }
  }

  private static void close(String fixture, Tracker tracker) {
    Expect.given(
        fixture,
        "close() does nothing",
        () -> {
          tracker.close();
          return "";
        });
  }
}
