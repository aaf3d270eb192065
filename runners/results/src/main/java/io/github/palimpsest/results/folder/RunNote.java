package io.github.palimpsest.results.folder;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.storage.DamagedFileException;
import io.github.palimpsest.storage.FolderClock;
import io.github.palimpsest.storage.Folders;
import io.github.palimpsest.storage.OutputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The state of a run while it works on an output folder, in {@code work/run-PID-ID.json}. The run
 * writes it again at every heartbeat. A note of a process that has ended shows that its run died.
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
 * @param set the name of that task; null in notes of older versions
 * @param step the training steps of that task so far; null outside training
 * @param steps the number of steps of that task
 * @param tokensPerSecond the tokens that it trains on per second, measured by its own clock, for
 *     people; null outside training and before the second step of a stage
 * @param worker the run; null in a note that names only the process
 * @param beat the number of heartbeats so far
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
    @Nullable String set,
    @Nullable Long step,
    @Nullable Long steps,
    @Nullable Double tokensPerSecond,
    @Nullable RunWorker worker,
    @Nullable Long beat) {
  private static final String PREFIX = "run-";
  private static final String TRAINING = "training";
  private static final Pattern PID = Pattern.compile("\\d{1,18}");

  /** Refuses a note that names no process. */
  public RunNote {
    JsonFile.required(pid, "pid");
  }

  /** The part of the training under way that is done, from 0 to 1; 0 outside training. */
  double partTrained() {
    Long at = step;
    Long of = steps;
    return at == null || of == null || of <= 0 ? 0 : Math.min(1, (double) at / of);
  }

  /**
   * The note of this process before its first cell.
   *
   * @param worker the run
   * @param since the present time on this machine's clock, for people
   */
  public static RunNote of(RunWorker worker, Instant since) {
    return of(ProcessHandle.current().pid(), since.toString(), null).by(worker);
  }

  private static RunNote of(long pid, @Nullable String since, @Nullable String doing) {
    return new RunNote(
        pid,
        since,
        started(pid),
        null,
        null,
        null,
        doing,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null);
  }

  /** When a process of this system started; null if there is none, or the system does not say. */
  public static @Nullable String started(long pid) {
    return ProcessHandle.of(pid)
        .flatMap(p -> p.info().startInstant())
        .map(Instant::toString)
        .orElse(null);
  }

  private RunNote by(RunWorker run) {
    return new RunNote(
        pid,
        since,
        processStarted,
        cell,
        recipe,
        seed,
        doing,
        stage,
        task,
        set,
        step,
        steps,
        tokensPerSecond,
        run,
        0L);
  }

  /** A copy of the note for a run that begins a cell. */
  public RunNote begin(String cell, String recipe, long seed) {
    return new RunNote(
        pid,
        since,
        processStarted,
        cell,
        recipe,
        seed,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        worker,
        beat);
  }

  /**
   * A copy for a run that trains a stage for its cell.
   *
   * @param task the number of its task, from 1
   * @param set the task's name
   */
  public RunNote train(String stage, int task, String set) {
    return copy(TRAINING, stage, task, set, null, null, null, beat);
  }

  /**
   * A copy with the number of finished steps and of all steps of the task.
   *
   * @param rate the tokens per second; empty if they are not known
   */
  public RunNote at(long step, long steps, OptionalDouble rate) {
    Double tokens = rate.isPresent() ? (Double) rate.getAsDouble() : null;
    return copy(doing, stage, task, set, step, steps, tokens, beat);
  }

  /** A copy with another activity for the cell. */
  public RunNote doing(String what) {
    return copy(what, stage, task, set, null, null, null, beat);
  }

  /** A copy after one more heartbeat. */
  public RunNote beaten() {
    return copy(doing, stage, task, set, step, steps, tokensPerSecond, beat == null ? 1 : beat + 1);
  }

  private RunNote copy(
      @Nullable String what,
      @Nullable String ofStage,
      @Nullable Integer ofTask,
      @Nullable String ofSet,
      @Nullable Long done,
      @Nullable Long all,
      @Nullable Double rate,
      @Nullable Long beats) {
    return new RunNote(
        pid,
        since,
        processStarted,
        cell,
        recipe,
        seed,
        what,
        ofStage,
        ofTask,
        ofSet,
        done,
        all,
        rate,
        worker,
        beats);
  }

  /** The file for the note of a run of a process. */
  public static Path file(FolderLayout folder, long pid, RunWorker worker) {
    return folder.work().resolve(PREFIX + pid + "-" + worker.id() + ".json");
  }

  /** The notes in an output folder. */
  public static List<RunNote> all(FolderLayout folder) {
    List<RunNote> notes = new ArrayList<>();
    for (Path file : files(folder)) {
      read(file).ifPresent(notes::add);
    }
    return notes;
  }

  /**
   * The time since the last heartbeat of runs whose processes this one cannot see, by the folder's
   * own clock; only of those whose lease is over by that, by their ids.
   */
  static Map<String, Duration> silent(FolderLayout folder, List<RunNote> notes) {
    Map<String, Duration> silent = new HashMap<>();
    if (notes.stream().noneMatch(RunNote::elsewhere)) {
      return silent;
    }
    Optional<Instant> now = FolderClock.now(folder.work());
    for (RunNote note : notes) {
      RunWorker run = note.worker();
      if (run != null && note.elsewhere() && now.isPresent()) {
        Duration age = age(file(folder, note.pid(), run), now.get());
        if (age.compareTo(run.lease()) > 0) {
          silent.put(run.id(), age);
        }
      }
    }
    return silent;
  }

  private static Duration age(Path file, Instant now) {
    try {
      return Duration.between(Files.getLastModifiedTime(file).toInstant(), now);
    } catch (IOException e) {
      return Duration.ZERO; // its run has just ended
    }
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

  /**
   * Deletes damaged notes of runs of this process that have ended: the process is alive itself.
   *
   * @param running whether a run with an id has not ended
   */
  public static void forgetDamaged(FolderLayout folder, Predicate<String> running) {
    String own = PREFIX + ProcessHandle.current().pid() + "-";
    for (Path file : files(folder)) {
      String name = file.getFileName().toString();
      if (name.startsWith(own)
          && !running.test(name.substring(own.length(), name.length() - ".json".length()))
          && read(file).filter(note -> note.worker() == null).isPresent()) {
        Folders.deleteQuietly(file);
      }
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

  /** Whether it runs where this process cannot see its process. */
  public boolean elsewhere() {
    return worker != null && !worker.near();
  }

  /** Whether the process that wrote the note is alive, as far as this system can see. */
  public boolean alive() {
    return alive(pid, processStarted, worker);
  }

  /**
   * Whether a process is alive; true if it runs where this process cannot see it.
   *
   * @param started when it started; null if its system does not say
   * @param worker the run; null if only the number is known
   */
  public static boolean alive(long pid, @Nullable String started, @Nullable RunWorker worker) {
    if (worker != null && !worker.near()) {
      return true;
    }
    return ProcessHandle.of(pid)
        .filter(ProcessHandle::isAlive)
        // another process may have received the number since
        .filter(p -> p.info().startInstant().map(t -> t.toString().equals(started)).orElse(true))
        .isPresent();
  }

  /** The run's process, and its machine if that is another one. */
  public String process() {
    return "process " + pid + (worker != null && elsewhere() ? " on " + worker.host() : "");
  }

  /** The activity of the run, without its cell. */
  public String activity() {
    return (alive() ? "" : "died while ")
        + (doing == null ? "starting" : doing)
        + (TRAINING.equals(doing) ? " task " + task + (set == null ? "" : " '" + set + "'") : "");
  }

  /** The speed of the run's training; empty outside training. */
  public Optional<String> speed() {
    return tokensPerSecond == null || !alive()
        ? Optional.empty()
        : Optional.of(String.format(Locale.ROOT, "%.0f tokens/s", tokensPerSecond));
  }

  /**
   * The process, its activity and its cell.
   *
   * @param name the name to print for the recipe
   */
  public String work(String name) {
    return line("", name);
  }

  /**
   * As {@link #work}, but with the step and the speed of the run.
   *
   * @param name the name to print for the recipe
   */
  public String words(String name) {
    String numbers =
        (step == null ? "" : ", step " + step + " of " + steps)
            + speed().map(s -> ", " + s).orElse("");
    return line(numbers, name);
  }

  /** The recipe comes last: it may be longer than the line of a terminal. */
  private String line(String numbers, String name) {
    return process()
        + ": "
        + activity()
        + (recipe == null ? numbers : ", seed " + seed + numbers + ", " + name);
  }
}
