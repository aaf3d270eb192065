package io.github.palimpsest.results.folder;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.storage.DamagedFileException;
import io.github.palimpsest.storage.Folders;
import io.github.palimpsest.storage.OutputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The state of a run while it works on an output folder, in {@code work/run-PID.json}. A note of a
 * process that has ended shows that its run died.
 *
 * @param pid the process number
 * @param since when the run began
 * @param processStarted when the process started; null if the system does not report it
 * @param cell the current cell; null before the first one
 * @param recipe the canonical text of that cell's recipe
 * @param seed that cell's seed
 * @param doing the current activity, for people; null before it has begun
 * @param stage the stage of the cell that the run trains or trained last
 * @param task the task of that stage, from 1
 * @param step the cell's training steps so far
 * @param steps the number of steps of the whole cell
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RunNote(
    Long pid,
    @Nullable String since,
    @Nullable String processStarted,
    @Nullable String cell,
    @Nullable String recipe,
    @Nullable Long seed,
    @Nullable String doing,
    @Nullable String stage,
    @Nullable Integer task,
    @Nullable Long step,
    @Nullable Long steps) {
  private static final String PREFIX = "run-";
  private static final String TRAINING = "training";
  private static final Pattern PID = Pattern.compile("\\d{1,18}");

  /** Refuses a note that names no process. */
  public RunNote {
    JsonFile.required(pid, "pid");
  }

  /** The note of this process before its first cell. */
  public static RunNote ofThisProcess() {
    ProcessHandle self = ProcessHandle.current();
    return of(self.pid(), Instant.now().toString(), null);
  }

  private static RunNote of(long pid, @Nullable String since, @Nullable String doing) {
    String started =
        ProcessHandle.of(pid)
            .flatMap(p -> p.info().startInstant())
            .map(Instant::toString)
            .orElse(null);
    return new RunNote(pid, since, started, null, null, null, doing, null, null, null, null);
  }

  /** A copy of the note for a run that begins a cell. */
  public RunNote begin(String cell, String recipe, long seed) {
    return new RunNote(
        pid, since, processStarted, cell, recipe, seed, null, null, null, null, null);
  }

  /** A copy for a run that trains a stage for its cell; tasks count from 1. */
  public RunNote train(String stage, int task) {
    return new RunNote(
        pid, since, processStarted, cell, recipe, seed, TRAINING, stage, task, step, steps);
  }

  /** A copy with the number of finished steps and of all steps of the cell. */
  public RunNote at(long step, long steps) {
    return new RunNote(
        pid, since, processStarted, cell, recipe, seed, doing, stage, task, step, steps);
  }

  /** A copy with another activity for the cell. */
  public RunNote doing(String what) {
    return new RunNote(
        pid, since, processStarted, cell, recipe, seed, what, stage, task, step, steps);
  }

  /** The file for the note of a run in this thread. */
  public static Path file(FolderLayout folder) {
    String name = ProcessHandle.current().pid() + "-" + Thread.currentThread().getId();
    return folder.work().resolve(PREFIX + name + ".json");
  }

  /** The notes in an output folder. */
  public static List<RunNote> all(FolderLayout folder) {
    List<RunNote> notes = new ArrayList<>();
    for (Path file : files(folder)) {
      read(file).ifPresent(notes::add);
    }
    return notes;
  }

  /** Whether any run is alive. */
  public static boolean any(FolderLayout folder) {
    return all(folder).stream().anyMatch(RunNote::alive);
  }

  /** Deletes the notes of processes that have ended. */
  public static void forgetTheDead(FolderLayout folder) {
    for (Path file : files(folder)) {
      read(file).filter(note -> !note.alive()).ifPresent(note -> Folders.deleteQuietly(file));
    }
  }

  /** Reads a note; only the number in its name if it is damaged; empty if its run just ended. */
  private static Optional<RunNote> read(Path file) {
    try {
      return Optional.of(JsonFile.read(file, RunNote.class));
    } catch (DamagedFileException e) {
      return Files.exists(file) ? Optional.of(ofName(file)) : Optional.empty();
    } catch (PalimpsestException e) {
      if (Files.exists(file)) {
        throw e;
      }
      return Optional.empty();
    }
  }

  /**
   * A note with the process number from the name of a damaged file. The process that now has this
   * number may have written the file.
   */
  private static RunNote ofName(Path file) {
    String name = file.getFileName().toString();
    Matcher digits = PID.matcher(name.substring(PREFIX.length()));
    return of(
        digits.lookingAt() ? Long.parseLong(digits.group()) : -1, null, "its note is damaged");
  }

  private static List<Path> files(FolderLayout folder) {
    if (!Files.isDirectory(folder.work())) {
      return List.of();
    }
    try (Stream<Path> content = Files.list(folder.work())) {
      return content
          .filter(
              p -> {
                String name = p.getFileName().toString();
                return name.startsWith(PREFIX) && name.endsWith(".json");
              })
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new OutputException(folder.work(), e);
    }
  }

  /** Whether the process that wrote the note is alive. */
  public boolean alive() {
    return ProcessHandle.of(pid)
        .filter(ProcessHandle::isAlive)
        // another process may have received the number since
        .filter(
            p -> p.info().startInstant().map(t -> t.toString().equals(processStarted)).orElse(true))
        .isPresent();
  }

  /**
   * The activity of the run, in one line.
   *
   * @param name the name to print for the recipe
   */
  public String words(String name) {
    StringBuilder text = new StringBuilder();
    text.append("process ").append(pid).append(": ");
    if (!alive()) {
      text.append("died while ");
    }
    text.append(doing == null ? "starting" : doing);
    if (TRAINING.equals(doing)) {
      text.append(" task ").append(task);
    }
    if (recipe != null) {
      text.append(" of ").append(name).append(", seed ").append(seed);
    }
    if (step != null) {
      text.append(", step ").append(step).append(" of ").append(steps);
    }
    return text.toString();
  }
}
