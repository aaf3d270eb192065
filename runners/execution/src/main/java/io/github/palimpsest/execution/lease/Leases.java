package io.github.palimpsest.execution.lease;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.results.folder.FolderLayout;
import io.github.palimpsest.results.folder.JsonFile;
import io.github.palimpsest.results.folder.RunNote;
import io.github.palimpsest.results.folder.RunWorker;
import io.github.palimpsest.storage.DamagedFileException;
import io.github.palimpsest.storage.Folders;
import io.github.palimpsest.storage.OutputException;
import io.github.palimpsest.storage.Sha256Sums;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The leases of a run on the units of a folder.
 *
 * <p>The lease of a unit is {@code work/ID.lock} or {@code work/ID.2.lock}. Whoever finds neither
 * creates the first. Whoever finds one whose holder is gone creates the other, checks that the
 * first is unchanged, and removes it. Both files are created exclusively, so one run succeeds; two
 * that would disturb each other both step back and try again later.
 *
 * <p>A holder is gone if its process can be seen to be dead, or if its heartbeat was silent for its
 * lease's time.
 */
public final class Leases implements AutoCloseable {
  /** The runs of this process, all of which have its number. */
  private static final Set<String> HERE = ConcurrentHashMap.newKeySet();

  private static final int ATTEMPTS = 20;

  private final FolderLayout layout;
  private final Participant as;
  private final RunWorker worker;
  private final Silence silence = new Silence();

  /** The leases of a new run. */
  public Leases(FolderLayout layout, Participant as) {
    this.layout = layout;
    this.as = as;
    String id = UUID.randomUUID().toString().replace("-", "").substring(0, 16);
    this.worker = RunWorker.of(id, as.host(), as.lease());
    HERE.add(id);
  }

  /** The run. */
  public RunWorker worker() {
    return worker;
  }

  /** How the run takes part. */
  public Participant participant() {
    return as;
  }

  /** Why a holder counts as gone, if it does. */
  private enum Gone {
    NO,
    DEAD,
    SILENT
  }

  /**
   * What is in the file of a lease.
   *
   * @param token its token; of a file that is no lease, a hash of its content
   * @param record empty if it is no lease
   */
  private record Found(String token, Optional<LeaseRecord> record) {}

  /**
   * Takes the lease of a unit.
   *
   * @return empty if another run has it
   * @throws OutputException if it cannot be written
   */
  public Optional<Lease> take(String unit) {
    Optional<Found> first = read(unit, 1);
    Optional<Found> second = read(unit, 2);
    if (first.isPresent() && second.isPresent()) { // the remains of a take-over
      if (gone(first.get()) == Gone.NO || gone(second.get()) == Gone.NO) {
        return Optional.empty();
      }
      delete(unit, 2);
      second = Optional.empty();
    }
    if (first.isEmpty() && second.isEmpty()) {
      return create(unit, 1, Optional.empty(), Gone.NO);
    }
    Optional<Found> holder = first.isPresent() ? first : second;
    Gone gone = holder.map(this::gone).orElse(Gone.NO);
    return gone == Gone.NO
        ? Optional.empty()
        : create(unit, first.isPresent() ? 2 : 1, holder, gone);
  }

  private Optional<Lease> create(String unit, int slot, Optional<Found> before, Gone gone) {
    String token = UUID.randomUUID().toString().replace("-", "");
    Optional<LeaseRecord> holder = before.flatMap(Found::record);
    String folder =
        gone == Gone.SILENT
            ? unit + "." + token.substring(0, 16)
            : holder.map(LeaseRecord::folder).orElse(unit);
    long pid = ProcessHandle.current().pid();
    LeaseRecord mine = new LeaseRecord(token, worker, pid, RunNote.started(pid), folder);
    if (!written(file(unit, slot), mine)) {
      return Optional.empty();
    }
    Lease lease =
        new Lease(this, unit, mine, slot, gone == Gone.SILENT ? holder : Optional.empty());
    int other = 3 - slot;
    if (!read(unit, other).map(Found::token).equals(before.map(Found::token))) {
      lease.close();
      return Optional.empty();
    }
    if (before.isPresent()) {
      delete(unit, other);
    }
    return Optional.of(lease);
  }

  /** Writes a lease, unless another run is faster; one that ends may remove the folder. */
  private static boolean written(Path file, LeaseRecord mine) {
    for (int attempt = 1; ; attempt++) {
      try {
        Files.createDirectories(file.getParent());
        return JsonFile.writeNew(file, mine);
      } catch (IOException e) {
        throw new OutputException(file, e);
      } catch (OutputException e) {
        if (attempt == ATTEMPTS || Files.isDirectory(file.getParent())) {
          throw e;
        }
      }
    }
  }

  /** Whether a lease of this run is in force. */
  boolean holds(String unit, int slot, String token) {
    return read(unit, slot).filter(f -> f.token().equals(token)).isPresent()
        && read(unit, 3 - slot).isEmpty();
  }

  /** Removes a lease, unless it is not the one with this token any more. */
  void release(String unit, int slot, String token) {
    if (read(unit, slot).filter(f -> f.token().equals(token)).isPresent()) {
      delete(unit, slot);
    }
  }

  private void delete(String unit, int slot) {
    Path file = file(unit, slot);
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new OutputException(file, e);
    }
  }

  private Path file(String unit, int slot) {
    return layout.lock(slot == 1 ? unit : unit + "." + slot);
  }

  private Optional<Found> read(String unit, int slot) {
    return read(file(unit, slot));
  }

  private static Optional<Found> read(Path file) {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      LeaseRecord record = JsonFile.read(file, LeaseRecord.class);
      return Optional.of(new Found(record.token(), Optional.of(record)));
    } catch (DamagedFileException e) { // of an earlier version, for example
      return content(file).map(c -> new Found(Sha256Sums.hex(c), Optional.empty()));
    } catch (PalimpsestException e) {
      if (!Files.exists(file)) {
        return Optional.empty();
      }
      throw new OutputException(file, new IOException(e.getMessage(), e));
    }
  }

  private static Optional<byte[]> content(Path file) {
    try {
      return Optional.of(Files.readAllBytes(file));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new OutputException(file, e);
    }
  }

  private Gone gone(Found found) {
    return found.record().map(this::gone).orElse(Gone.DEAD);
  }

  private Gone gone(LeaseRecord record) {
    RunWorker holder = record.worker();
    if (holder.system().equals(as.host().system()) && !alive(record)) {
      return Gone.DEAD;
    }
    return silent(record.pid(), holder) ? Gone.SILENT : Gone.NO;
  }

  private boolean alive(LeaseRecord record) {
    return RunNote.alive(record.pid(), record.started(), record.worker())
        && !ended(record.pid(), record.worker());
  }

  /** Whether it was a run of this process, which is alive itself. */
  private boolean ended(long pid, RunWorker run) {
    return run.system().equals(as.host().system())
        && pid == ProcessHandle.current().pid()
        && !HERE.contains(run.id());
  }

  private boolean silent(long pid, RunWorker holder) {
    Path note = RunNote.file(layout, pid, holder);
    return silence.silent(
        holder.id(),
        as.pace().nanos(),
        () -> content(note).map(c -> new String(c, ISO_8859_1)).orElse("none"),
        holder.lease());
  }

  /** Whether another run that is not gone holds a lease, except those of some units. */
  public boolean othersWork(Set<String> except) {
    return Folders.contentIfThere(layout.work()).stream()
        .filter(p -> p.toString().endsWith(FolderLayout.LOCK))
        .filter(p -> except.stream().noneMatch(unit -> isOf(unit, p)))
        .flatMap(p -> read(p).stream())
        .anyMatch(found -> gone(found) == Gone.NO);
  }

  private boolean isOf(String unit, Path lock) {
    return lock.equals(file(unit, 1)) || lock.equals(file(unit, 2));
  }

  /**
   * Removes the notes of runs that are gone, and the leases that nobody holds, when no other run is
   * left.
   *
   * @return whether there is no other run
   */
  public boolean sweep() {
    RunNote.forgetTheDead(layout);
    RunNote.forgetDamaged(layout, HERE::contains);
    for (RunNote note : RunNote.all(layout)) {
      RunWorker other = note.worker();
      boolean another = other != null && !other.id().equals(worker.id());
      if (other != null && another && (ended(note.pid(), other) || silent(note.pid(), other))) {
        Folders.deleteQuietly(RunNote.file(layout, note.pid(), other));
      }
    }
    if (RunNote.any(layout)) {
      return false;
    }
    for (Path file : Folders.contentIfThere(layout.work())) {
      boolean lock = file.toString().endsWith(FolderLayout.LOCK);
      if (lock && read(file).filter(found -> gone(found) != Gone.NO).isPresent()) {
        Folders.deleteQuietly(file);
      }
    }
    return true;
  }

  /** The run has ended. */
  @Override
  public void close() {
    HERE.remove(worker.id());
  }
}
