package io.github.palimpsest.ablation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.PalimpsestException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A note of what this run is doing, for {@link RunStatus}: {@code work/run-PID.json}, renewed at
 * most once a second, gone when the run ends. The note of a process that is gone says that it died.
 */
final class Presence implements RunListener, AutoCloseable {
  private static final long EVERY_NANOS = 1_000_000_000L;
  private static final String PREFIX = "run-";
  private static final int ATTEMPTS = 20;

  private final Path file;
  private final RunListener told;
  private final ObjectNode note;
  private long cellSteps;
  private long written;

  Presence(Path root, RunListener told) {
    ProcessHandle self = ProcessHandle.current();
    this.file =
        root.resolve("work")
            .resolve(PREFIX + self.pid() + "-" + Thread.currentThread().getId() + ".json");
    this.told = told;
    this.note = JsonFile.object().put("pid", self.pid()).put("since", Instant.now().toString());
    self.info().startInstant().ifPresent(t -> note.put("process_started", t.toString()));
    for (int attempt = 1; !begun(attempt == ATTEMPTS); attempt++) {
      Thread.onSpinWait();
    }
  }

  /** Writes the first note, unless a run that ends sweeps the folder away at this moment. */
  private boolean begun(boolean last) {
    try {
      Files.createDirectories(file.getParent());
      write();
      return true;
    } catch (IOException e) {
      throw new OutputException(file.getParent(), e);
    } catch (OutputException e) {
      if (last || Files.isDirectory(file.getParent())) {
        throw e;
      }
      return false;
    }
  }

  private void write() {
    written = System.nanoTime();
    JsonFile.writeUnsynced(file, note);
  }

  @Override
  public void planned(Plan plan) {
    told.planned(plan);
  }

  @Override
  public void skipped(Cell cell) {
    told.skipped(cell);
  }

  @Override
  public void started(Cell cell, long steps) {
    cellSteps = steps;
    note.remove(List.of("step", "steps", "doing", "stage", "task"));
    note.put("cell", cell.id()).put("recipe", cell.recipe().toString()).put("seed", cell.seed());
    told.started(cell, steps);
  }

  @Override
  public void training(Cell cell, Stage stage) {
    note.put("doing", "training").put("stage", stage.id()).put("task", stage.task() + 1);
    write();
    told.training(cell, stage);
  }

  @Override
  public void step(Cell cell, String task, long stepsDone, double loss) {
    if (System.nanoTime() - written > EVERY_NANOS) {
      note.put("step", stepsDone).put("steps", cellSteps);
      write();
    }
    told.step(cell, task, stepsDone, loss);
  }

  @Override
  public void open(Map<String, Double> passes) {
    told.open(passes);
  }

  @Override
  public void trained(Stage stage, long step, long steps, double loss) {
    told.trained(stage, step, steps, loss);
  }

  @Override
  public void evaluating(Cell cell, String moment) {
    note.put("doing", "scoring " + moment);
    if (System.nanoTime() - written > EVERY_NANOS) {
      write();
    }
    told.evaluating(cell, moment);
  }

  @Override
  public void finished(Cell cell) {
    told.finished(cell);
  }

  @Override
  public void failed(Cell cell, String reason) {
    told.failed(cell, reason);
  }

  @Override
  public boolean stops() {
    return told.stops();
  }

  @Override
  public void close() {
    Folders.deleteQuietly(file);
  }

  /** The notes in a work folder. */
  static List<JsonNode> all(Path work) {
    List<JsonNode> notes = new ArrayList<>();
    for (Path file : files(work)) {
      read(file).ifPresent(notes::add);
    }
    return notes;
  }

  /** A note; empty if its run has just ended. */
  private static Optional<JsonNode> read(Path file) {
    try {
      return Optional.of(JsonFile.read(file));
    } catch (PalimpsestException e) {
      if (Files.exists(file)) {
        throw e;
      }
      return Optional.empty();
    }
  }

  /** Whether any run is there. */
  static boolean any(Path work) {
    return all(work).stream().anyMatch(Presence::alive);
  }

  /** Whether the process that wrote a note is there. */
  static boolean alive(JsonNode note) {
    return ProcessHandle.of(note.path("pid").asLong())
        .filter(ProcessHandle::isAlive)
        // a process number may have gone to another since
        .filter(
            p ->
                p.info()
                    .startInstant()
                    .map(t -> note.path("process_started").asText("").equals(t.toString()))
                    .orElse(true))
        .isPresent();
  }

  /** Takes away the notes of processes that are gone. */
  static void forgetTheDead(Path work) {
    for (Path file : files(work)) {
      read(file).filter(note -> !alive(note)).ifPresent(note -> Folders.deleteQuietly(file));
    }
  }

  private static List<Path> files(Path work) {
    if (!Files.isDirectory(work)) {
      return List.of();
    }
    try (Stream<Path> content = Files.list(work)) {
      return content
          .filter(
              p -> {
                String name = p.getFileName().toString();
                return name.startsWith(PREFIX) && name.endsWith(".json");
              })
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new OutputException(work, e);
    }
  }
}
