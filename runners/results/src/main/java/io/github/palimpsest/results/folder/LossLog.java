package io.github.palimpsest.results.folder;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.storage.DamagedFileException;
import io.github.palimpsest.storage.IoReason;
import io.github.palimpsest.storage.OutputException;
import io.github.palimpsest.storage.SafeMove;
import io.github.palimpsest.storage.Sha256Sums;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The objective at every training step of a stage, in {@code losses.csv} next to its checkpoint. It
 * grows during the training of the stage, so that a run can be watched; a run that continues after
 * an interruption removes the rows that it repeats.
 *
 * <p>An unfinished log has {@code losses.crc} next to it: for each step from which the training can
 * continue, the CRC-32C of all bytes so far. Both files are on the disk before the checkpoint of
 * that step.
 */
public final class LossLog implements AutoCloseable {
  public static final String FILE = FolderLayout.LOSSES;
  public static final String SUMS = "losses.crc";

  private static final String HEAD = "step,loss";
  private static final String NORM = ",gradient_norm";

  private final Path file;
  private final Path sums;
  private final long every;
  private final boolean norms;
  private final CRC32C sum = new CRC32C();
  private @Nullable FileChannel out;
  private long last;
  private long marked;

  /**
   * @param folder the folder of the log
   * @param every the number of steps between checkpoints; 0 for none within the stage
   */
  public LossLog(Path folder, long every) {
    this(folder, every, false);
  }

  /**
   * A log for a training of its own.
   *
   * @param every as above
   * @param norms whether rows have the norm of the gradient as well
   */
  public LossLog(Path folder, long every, boolean norms) {
    this.norms = norms;
    this.file = folder.resolve(FILE);
    this.sums = folder.resolve(SUMS);
    this.every = every;
  }

  /**
   * A step and its objective.
   *
   * @param step the step of the task, from 1
   * @param loss the objective in nats per target token, with penalties
   */
  public record Row(long step, double loss) {}

  /**
   * Writes the row of a step.
   *
   * @param total the steps of the stage
   * @throws DamagedFileException if the rows of the earlier steps are missing or have changed
   * @throws OutputException if the row cannot be written
   */
  public void step(long step, long total, double loss) {
    step(step, total, loss, OptionalDouble.empty());
  }

  /** Writes the row of a step, with the norm of the gradient if it is known. */
  public void step(long step, long total, double loss, OptionalDouble norm) {
    try {
      FileChannel open = out;
      if (open == null) {
        open = open(step);
        out = open;
      }
      String more = !norms ? "" : "," + (norm.isPresent() ? "" + (float) norm.getAsDouble() : "");
      append(open, step + "," + (float) loss + more + "\n");
      last = step;
      if (step == total || (every > 0 && step % every == 0)) {
        mark();
      }
    } catch (IOException e) {
      throw new OutputException(file, e);
    }
  }

  private void append(FileChannel open, String text) throws IOException {
    ByteBuffer bytes = US_ASCII.encode(text);
    sum.update(bytes.duplicate());
    write(open, bytes);
  }

  private static void write(FileChannel to, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      to.write(bytes);
    }
  }

  /**
   * Waits until all rows so far are on the disk, and writes their checksum, so that training can
   * continue here.
   *
   * @throws OutputException if they cannot be written
   */
  public void flush() {
    try {
      mark();
    } catch (IOException e) {
      throw new OutputException(file, e);
    }
  }

  private void mark() throws IOException {
    FileChannel open = out;
    if (open == null || marked == last) {
      return;
    }
    open.force(true);
    // the line break comes first, since the last line may be incomplete
    try (FileChannel sums = FileChannel.open(this.sums, CREATE, WRITE, APPEND)) {
      write(sums, US_ASCII.encode("\n" + last + " " + Long.toHexString(sum.getValue())));
      sums.force(true);
    }
    marked = last;
  }

  private FileChannel open(long step) throws IOException {
    byte[] kept = step == 1 ? head().getBytes(US_ASCII) : begun(step - 1);
    Path part = file.resolveSibling(FILE + ".part");
    try (FileChannel begun = FileChannel.open(part, CREATE, TRUNCATE_EXISTING, WRITE)) {
      write(begun, ByteBuffer.wrap(kept));
      begun.force(true);
    }
    SafeMove.rename(part, file);
    sum.update(kept);
    return FileChannel.open(file, WRITE, APPEND);
  }

  private String head() {
    return HEAD + (norms ? NORM : "") + "\n";
  }

  private byte[] begun(long steps) throws IOException {
    return whole(file.getParent(), steps)
        .orElseThrow(
            () ->
                new DamagedFileException(
                    file, "'" + sums + "' has no such checksum of the rows to step " + steps));
  }

  /** Whether a log has the rows of all steps of its stage, unchanged. */
  public static boolean holds(Path folder, long steps) {
    try {
      return whole(folder, steps).isPresent();
    } catch (IOException e) {
      throw new PalimpsestException(
          "'" + folder.resolve(FILE) + "' cannot be read: " + IoReason.of(e), e);
    }
  }

  /** The bytes up to the row of a step, if they exist and match the stored checksum. */
  private static Optional<byte[]> whole(Path folder, long steps) throws IOException {
    byte[] all;
    String noted;
    try {
      all = Files.readAllBytes(folder.resolve(FILE));
      noted = new String(Files.readAllBytes(folder.resolve(SUMS)), ISO_8859_1);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    int end = 0;
    for (long row = 0; row <= steps; row++) {
      while (end < all.length && all[end] != '\n') {
        end++;
      }
      if (end++ >= all.length) {
        return Optional.empty();
      }
    }
    CRC32C sum = new CRC32C();
    sum.update(all, 0, end);
    String line = steps + " " + Long.toHexString(sum.getValue());
    // the last one counts: a stage may have reached this step before
    String last =
        noted.lines().filter(l -> l.startsWith(steps + " ")).reduce((a, b) -> b).orElse("");
    return last.equals(line) ? Optional.of(Arrays.copyOf(all, end)) : Optional.empty();
  }

  /**
   * The rows of a log, without an incomplete last row; empty if the file does not exist.
   *
   * @throws DamagedFileException if it differs from its checksum in the folder, or is not a log
   */
  public static List<Row> read(Path file) {
    List<Row> rows = new ArrayList<>();
    String text;
    try {
      text = new String(Sha256Sums.read(file), ISO_8859_1);
    } catch (NoSuchFileException e) {
      return rows;
    } catch (IOException e) {
      throw new PalimpsestException("'" + file + "' cannot be read: " + IoReason.of(e), e);
    }
    int end = text.lastIndexOf('\n');
    for (String line : text.substring(0, Math.max(0, end)).split("\n")) {
      if (!line.equals(HEAD) && !line.equals(HEAD + NORM) && !line.isEmpty()) {
        rows.add(row(file, line));
      }
    }
    return rows;
  }

  private static Row row(Path file, String line) {
    String[] values = line.split(",", -1);
    if (values.length != 2 && values.length != 3) {
      throw notARow(file);
    }
    try {
      if (values.length == 3 && !values[2].isEmpty()) {
        Double.parseDouble(values[2]);
      }
      return new Row(Long.parseLong(values[0]), Double.parseDouble(values[1]));
    } catch (NumberFormatException e) {
      throw notARow(file);
    }
  }

  private static DamagedFileException notARow(Path file) {
    return new DamagedFileException(file, "a row of it is no step and loss");
  }

  @Override
  public void close() {
    try {
      try {
        mark();
      } finally {
        if (out != null) {
          out.close();
        }
      }
    } catch (IOException e) {
      throw new OutputException(file, e);
    }
  }
}
