package io.github.palimpsest.results.folder;

import java.nio.file.Path;
import java.util.List;

/**
 * Where everything in an output folder lies. No other class names a file or folder of it.
 *
 * <pre>
 * experiment.json             what all cells share, and its hash
 * plan.json                   the cells of the latest run, and what was excluded
 * origin.json                 the experiment file of the latest run and its options
 * experiment.yaml             the experiment file as several workers were given it
 * stages.json                 the stages of the latest run, and the chain of each cell
 * cells/ID/result.json        a finished cell; equal bytes for equal runs
 * cells/ID/timing.json        what was measured of the run itself
 * cells/ID/failed.json        why a cell failed, instead
 * cells/ID/SHA256SUMS         checksums of these; a file that stands alone ends in its own
 * stages/ID/task.checkpoint   the state after a task's last step; a disk budget may remove it
 * stages/ID/stage.json        what it is, and what was measured of its training
 * stages/ID/losses.csv        the objective at every step
 * stages/ID/failed.json       why it has no state, instead
 * stages/ID/SHA256SUMS        checksums of these but the state, which ends in its own
 * scores/ID.json              a row of scores
 * work/ID/                    checkpoints of a stage under way
 * work/ID.lock                held by the run that works on a stage or a row
 * probes/CELL/ID.json         what a probe measured of a finished cell
 * landscapes/                 pictures of the loss around a cell's weights
 * damaged/                    what was not any more as it had been written, and was set aside
 * </pre>
 *
 * @param root the output folder
 */
public record FolderLayout(Path root) {
  /** What all cells share. */
  public static final String EXPERIMENT = "experiment.json";

  /** The latest plan. */
  public static final String PLAN = "plan.json";

  /** A finished cell. */
  public static final String RESULT = "result.json";

  /** What was measured of a cell's run. */
  public static final String TIMING = "timing.json";

  /** Why a cell or a stage failed. */
  public static final String FAILED = "failed.json";

  /** The state after a stage. */
  public static final String STATE = "task.checkpoint";

  /** What a stage is. */
  public static final String ABOUT = "stage.json";

  /** The losses of a stage. */
  public static final String LOSSES = "losses.csv";

  /** The name of the lock of who makes room on the disk. */
  public static final String DISK = "disk";

  /** How the name of a lock ends. */
  public static final String LOCK = ".lock";

  /** What all cells share. */
  public Path experiment() {
    return root.resolve(EXPERIMENT);
  }

  /** The latest plan. */
  public Path plan() {
    return root.resolve(PLAN);
  }

  /** How the folder was made. */
  public Path origin() {
    return root.resolve("origin.json");
  }

  /** The experiment file that workers read. */
  public Path submitted() {
    return root.resolve("experiment.yaml");
  }

  /** The stages of the latest run. */
  public Path chains() {
    return root.resolve("stages.json");
  }

  /** The records of the folder itself; each run writes them again. */
  public List<Path> records() {
    return List.of(experiment(), plan(), chains(), origin());
  }

  /** The folder of all cells. */
  public Path cells() {
    return root.resolve("cells");
  }

  /** A cell's folder. */
  public Path cell(String id) {
    return cells().resolve(id);
  }

  /** A cell's result. */
  public Path result(String id) {
    return cell(id).resolve(RESULT);
  }

  /** What was measured of a cell's run. */
  public Path timing(String id) {
    return cell(id).resolve(TIMING);
  }

  /** Why a cell failed. */
  public Path cellFailure(String id) {
    return cell(id).resolve(FAILED);
  }

  /** The folder of all stages. */
  public Path stages() {
    return root.resolve("stages");
  }

  /** A stage's folder. */
  public Path stage(String id) {
    return stages().resolve(id);
  }

  /** The state after a stage. */
  public Path state(String id) {
    return stage(id).resolve(STATE);
  }

  /** What a stage is. */
  public Path about(String id) {
    return stage(id).resolve(ABOUT);
  }

  /** Why a stage has no state. */
  public Path stageFailure(String id) {
    return stage(id).resolve(FAILED);
  }

  /** The losses of a finished stage. */
  public Path losses(String id) {
    return stage(id).resolve(LOSSES);
  }

  /** The folder of all rows of scores. */
  public Path scores() {
    return root.resolve("scores");
  }

  /** A row of scores. */
  public Path row(String id) {
    return scores().resolve(id + ".json");
  }

  /** The folder of what is under way. */
  public Path work() {
    return root.resolve("work");
  }

  /** The folder of a stage under way. */
  public Path work(String id) {
    return work().resolve(id);
  }

  /** The lock of a stage, a row, or anything else that one run alone may do. */
  public Path lock(String id) {
    return work().resolve(id + LOCK);
  }

  /** The name of the lock of a cell. */
  public static String cellLock(String id) {
    return "cell-" + id;
  }

  /** The part of the folder that is whole or damaged together: a cell, a stage, or one file. */
  public Path unit(Path file) {
    for (Path all : List.of(cells(), stages())) {
      if (file.startsWith(all) && file.getNameCount() > all.getNameCount() + 1) {
        return all.resolve(all.relativize(file).getName(0));
      }
    }
    return file;
  }

  /** The name of the lock of a {@linkplain #unit part}. */
  public String unitLock(Path unit) {
    String name = unit.getFileName().toString().replace(".json", "");
    if (unit.startsWith(cells())) {
      return cellLock(name);
    }
    return unit.startsWith(stages()) || unit.startsWith(scores()) ? name : "record-" + name;
  }

  /** The folder of what probes measured. */
  public Path probes() {
    return root.resolve("probes");
  }

  /** What a probe measured of a cell. */
  public Path probe(String cell, String id) {
    return probes().resolve(cell).resolve(id + ".json");
  }

  /** The folder of pictures of the loss. */
  public Path landscapes() {
    return root.resolve("landscapes");
  }
}
