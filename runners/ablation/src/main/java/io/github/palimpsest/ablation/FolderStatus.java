package io.github.palimpsest.ablation;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.palimpsest.api.PalimpsestException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * How far the runs on an output folder are, read from its files alone: any number of processes may
 * be writing to it.
 *
 * @param experiment the experiment's name
 * @param planned the cells of the latest plan
 * @param finished those with a result
 * @param failures those that failed, each with its reason
 * @param trained stages whose state is there
 * @param active stages with checkpoints or losses and no state yet
 */
public record FolderStatus(
    String experiment,
    int planned,
    int finished,
    List<String> failures,
    int trained,
    List<Active> active) {
  /** Copies the lists. */
  public FolderStatus {
    failures = List.copyOf(failures);
    active = List.copyOf(active);
  }

  /**
   * A stage that is being trained, or was when its run stopped.
   *
   * @param stage its id
   * @param steps the steps of its task so far
   * @param losses the objective at each
   */
  public record Active(String stage, long steps, List<Double> losses) {
    /** Copies the list. */
    public Active {
      losses = List.copyOf(losses);
    }
  }

  /** Whether every cell has a result or has failed. */
  public boolean done() {
    return finished + failures.size() >= planned;
  }

  /**
   * Reads a folder.
   *
   * @throws PalimpsestException if it is not an output folder
   */
  public static FolderStatus of(Path folder) {
    Path file = folder.resolve(OutputFolder.PLAN);
    if (!Files.isRegularFile(file)) {
      throw new PalimpsestException(
          "'" + folder + "' is not an output folder: it has no " + OutputFolder.PLAN);
    }
    JsonNode plan = JsonFile.read(file);
    int finished = 0;
    List<String> failures = new ArrayList<>();
    for (JsonNode cell : plan.path("cells")) {
      Path at = folder.resolve("cells").resolve(cell.path("id").asText());
      if (Files.isRegularFile(at.resolve(OutputFolder.RESULT))) {
        finished++;
      } else if (Files.isRegularFile(at.resolve(OutputFolder.FAILED))) {
        String reason = JsonFile.read(at.resolve(OutputFolder.FAILED)).path("reason").asText();
        failures.add(
            cell.path("label").asText() + ", seed " + cell.path("seed").asText() + ": " + reason);
      }
    }
    List<Active> active = new ArrayList<>();
    for (Path work : folders(folder.resolve("work"))) {
      List<LossLog.Row> rows = LossLog.read(work.resolve(LossLog.FILE));
      active.add(
          new Active(
              work.getFileName().toString(),
              rows.isEmpty() ? 0 : rows.get(rows.size() - 1).step(),
              rows.stream().map(LossLog.Row::loss).toList()));
    }
    return new FolderStatus(
        plan.path("experiment").asText(),
        plan.path("cells").size(),
        finished,
        failures,
        folders(folder.resolve("stages")).size(),
        active);
  }

  private static List<Path> folders(Path root) {
    try (Stream<Path> all = Files.list(root)) {
      return all.filter(Files::isDirectory).sorted().toList();
    } catch (NoSuchFileException e) {
      return List.of(); // nothing begun, or all done
    } catch (IOException e) {
      throw new PalimpsestException("'" + root + "' cannot be read: " + e.getMessage(), e);
    }
  }
}
