package io.github.palimpsest.results.folder;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.palimpsest.storage.Sha256Sums;
import java.nio.file.Path;
import java.util.List;

/**
 * The paths of all files in an output folder. No other class names a file or folder in it.
 *
 * <pre>
 * experiment.json             the values that all cells share, and their hash
 * plan.json                   the cells of the latest run, and the excluded combinations
 * origin.json                 the experiment file of the latest run and its options
 * experiment.yaml             the experiment file that several workers read
 * stages.json                 the stages of the latest run, and the chain of each cell
 * cells/ID/result.json        a finished cell; equal bytes for equal runs
 * cells/ID/timing.json        the measurements of the run itself
 * cells/ID/failed.json        why a cell failed; instead of a result
 * cells/ID/SHA256SUMS         checksums of these; a file without such a list ends in its own
 * stages/ID/task.checkpoint   the state after a task's last step; a disk budget may remove it
 * stages/ID/stage.json        the description of a stage, and the measurements of its training
 * stages/ID/losses.csv        the objective at every step
 * stages/ID/points.json       scores at some steps, if the experiment asks for them
 * stages/ID/failed.json       why a stage has no state; instead of the state
 * stages/ID/SHA256SUMS        checksums of these, except the state, which ends in its own
 * scores/ID.json              a row of scores
 * items/ID.json               the items of an evaluation set
 * work/ID/                    checkpoints of an unfinished stage
 * work/ID.lock                the lock of the run that works on a stage or a row
 * work/ID.zip                 checkpoints of an unfinished stage, on a remote file system
 * probes/CELL/ID.json         the measurements of a probe at the final weights of a cell
 * stage-probes/STAGE/ID.json  the measurements of a probe after a stage and before the next
 * landscapes/                 pictures of the loss around a cell's weights
 * damaged/                    parts that had changed after they were written, and were set aside
 * </pre>
 *
 * @param root the output folder
 */
public record FolderLayout(Path root) {
  /** The values that all cells share. */
  public static final String EXPERIMENT = "experiment.json";

  /** The name of the latest plan. */
  public static final String PLAN = "plan.json";

  /** The result of a finished cell. */
  public static final String RESULT = "result.json";

  /** The measurements of a cell's run. */
  public static final String TIMING = "timing.json";

  /** Why a cell or a stage failed. */
  public static final String FAILED = "failed.json";

  /** The state after a stage. */
  public static final String STATE = "task.checkpoint";

  /** The description of a stage. */
  public static final String ABOUT = "stage.json";

  /** The losses of a stage. */
  public static final String LOSSES = "losses.csv";

  /** The scores of a stage at some of its steps. */
  public static final String POINTS = "points.json";

  /** The name of the lock of the run that frees disk space. */
  public static final String DISK = "disk";

  /** The suffix of a lock's name. */
  public static final String LOCK = ".lock";

  /** The file of the values that all cells share. */
  public Path experiment() {
    return root.resolve(EXPERIMENT);
  }

  /** The latest plan. */
  public Path plan() {
    return root.resolve(PLAN);
  }

  /** The origin of the folder. */
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

  /** The measurements of a cell's run. */
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

  /** The description of a stage. */
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

  /** The scores of a finished stage at some of its steps. */
  public Path points(String id) {
    return stage(id).resolve(POINTS);
  }

  /** The folder of all rows of scores. */
  public Path scores() {
    return root.resolve("scores");
  }

  /** A row of scores. */
  public Path row(String id) {
    return scores().resolve(id + ".json");
  }

  /** The folder of the items of evaluation sets. */
  public Path items() {
    return root.resolve("items");
  }

  /** The items of an evaluation set, whose name may be none that a file can have. */
  public Path items(String set) {
    return items().resolve(Sha256Sums.hex(set.getBytes(UTF_8)).substring(0, 16) + ".json");
  }

  /** The folder of unfinished work. */
  public Path work() {
    return root.resolve("work");
  }

  /** The folder of an unfinished stage. */
  public Path work(String id) {
    return work().resolve(id);
  }

  /** The checkpoints of an unfinished stage in one file, on a remote file system. */
  public Path checkpoints(String id) {
    return work().resolve(id + ".zip");
  }

  /** The lock of a stage, a row, or other work that only one run may do at a time. */
  public Path lock(String id) {
    return work().resolve(id + LOCK);
  }

  /** The name of the lock of a cell. */
  public static String cellLock(String id) {
    return "cell-" + id;
  }

  /** The part of the folder that is intact or damaged as a whole: a cell, a stage, or one file. */
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

  /** The folder of the probes' measurements at the end. */
  public Path probes() {
    return root.resolve("probes");
  }

  /** The folder of the probes' measurements after stages. */
  public Path stageProbes() {
    return root.resolve("stage-probes");
  }

  /** The measurements of a probe after a stage. */
  public Path stageProbe(String stage, String id) {
    return stageProbes().resolve(stage).resolve(id + ".json");
  }

  /** The measurements of a probe on a cell. */
  public Path probe(String cell, String id) {
    return probes().resolve(cell).resolve(id + ".json");
  }

  /** The folder of pictures of the loss. */
  public Path landscapes() {
    return root.resolve("landscapes");
  }
}
