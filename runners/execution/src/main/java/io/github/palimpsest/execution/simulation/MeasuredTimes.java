package io.github.palimpsest.execution.simulation;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.component.ComponentId;
import io.github.palimpsest.experiment.plan.Origins;
import io.github.palimpsest.experiment.plan.Stage;
import io.github.palimpsest.results.folder.CellResult;
import io.github.palimpsest.results.folder.CellTimes;
import io.github.palimpsest.results.folder.FolderLayout;
import io.github.palimpsest.results.folder.JsonFile;
import io.github.palimpsest.results.folder.StageResult;
import io.github.palimpsest.results.folder.Timing;
import io.github.palimpsest.storage.Folders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The times that a finished grid took: of its stages, by task and components, and the mean of its
 * rows of scores.
 */
public final class MeasuredTimes {
  private final Map<String, List<Taken>> byKind = new HashMap<>();
  private final Map<String, List<Taken>> byTask = new HashMap<>();
  private final List<Taken> all = new ArrayList<>();
  private final Set<String> unlike = new HashSet<>();
  private final double rowSeconds;

  /**
   * Reads the times of an output folder. Stages that were interrupted do not count.
   *
   * @throws PalimpsestException if it has none
   */
  public MeasuredTimes(Path folder) {
    FolderLayout layout = new FolderLayout(folder);
    for (Path stage : Folders.contentIfThere(layout.stages())) {
      Path about = stage.resolve(FolderLayout.ABOUT);
      if (Files.isRegularFile(about)) {
        add(JsonFile.read(about, StageResult.class));
      }
    }
    if (all.isEmpty()) {
      throw new PalimpsestException(
          "'" + folder + "' has no trained stage with a time: name the output folder of a run");
    }
    double scoring = 0;
    for (Path cell : Folders.contentIfThere(layout.cells())) {
      Path timing = cell.resolve(FolderLayout.TIMING);
      if (Files.isRegularFile(timing)) {
        Double taken = JsonFile.read(timing, CellTimes.class).measured().evaluationSeconds();
        scoring += taken == null ? 0 : taken;
      }
    }
    int rows = Folders.contentIfThere(layout.scores()).size();
    this.rowSeconds = rows == 0 ? 0 : scoring / rows;
  }

  /**
   * What a stage took.
   *
   * @param seconds its training
   * @param steps its steps
   */
  record Taken(double seconds, long steps) {
    /** The time between checkpoints; infinite if there is none within the stage. */
    double betweenCheckpoints(int every) {
      return every == 0 || every >= steps ? Double.POSITIVE_INFINITY : seconds * every / steps;
    }
  }

  private void add(StageResult stage) {
    Timing measured = stage.measured();
    List<CellResult.Source> components = stage.components();
    if (measured == null
        || measured.resumed()
        || measured.wallSeconds() == null
        || stage.steps() == null
        || components == null) {
      return;
    }
    Taken taken = new Taken(measured.wallSeconds(), stage.steps());
    String ids = text(components.stream().map(CellResult.Source::id));
    String task = task(stage.task(), stage.reference() == null ? "" : stage.reference());
    byKind.computeIfAbsent(task + " " + ids, k -> new ArrayList<>()).add(taken);
    byTask.computeIfAbsent(task, k -> new ArrayList<>()).add(taken);
    all.add(taken);
  }

  /** A joint reference model takes the steps of several tasks. */
  private static String task(int task, String reference) {
    return reference.isEmpty() ? "" + task : task + " (" + reference + " reference)";
  }

  private static String text(Stream<String> ids) {
    return ids.sorted().collect(Collectors.joining(","));
  }

  /**
   * One of the times of stages of this task with these components; if none was measured, of any
   * stage of this task, or else of any.
   */
  Taken stage(Stage stage, RandomGenerator random) {
    String task = task(stage.task() + 1, stage.referenceWord());
    String ids = text(Origins.all(stage.recipe()).stream().map(ComponentId::value));
    List<Taken> like = byKind.get(task + " " + ids);
    if (like == null) {
      unlike.add("task " + task + " with " + ids);
      like = byTask.getOrDefault(task, all);
    }
    return like.get(random.nextInt(like.size()));
  }

  /** The mean time of a row of scores, in seconds. */
  double rowSeconds() {
    return rowSeconds;
  }

  /** The number of stages whose times are known. */
  public int stages() {
    return all.size();
  }

  /** The kinds of stages that were asked for and have no time of their own, in words. */
  public List<String> unlike() {
    return unlike.stream().sorted().toList();
  }
}
