package io.github.palimpsest.ablation;

import io.github.palimpsest.api.PalimpsestException;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The objective at every training step of a stage, as {@code losses.csv} beside its checkpoint. It
 * grows while the stage is trained, so that a run can be watched; a run that goes on after an
 * interruption takes away the rows that it repeats.
 */
final class LossLog implements AutoCloseable {
  static final String FILE = "losses.csv";

  private static final String HEAD = "step,loss";

  private final Path file;
  private @Nullable BufferedWriter out;

  LossLog(Path folder) {
    file = folder.resolve(FILE);
  }

  /**
   * A step and its objective.
   *
   * @param step the step of the task, from 1
   * @param loss in nats per target token, with penalties
   */
  record Row(long step, double loss) {}

  /**
   * Notes a step.
   *
   * @throws OutputException if it cannot be written
   */
  void step(long step, double loss) {
    try {
      BufferedWriter open = out;
      if (open == null) {
        open = open(step);
        out = open;
      }
      open.write(step + "," + (float) loss + "\n");
      open.flush();
    } catch (IOException e) {
      throw new OutputException(file, e);
    }
  }

  private BufferedWriter open(long step) throws IOException {
    List<Row> kept = read(file).stream().filter(r -> r.step() < step).toList();
    BufferedWriter open = Files.newBufferedWriter(file);
    open.write(HEAD + "\n");
    for (Row row : kept) {
      open.write(row.step() + "," + (float) row.loss() + "\n");
    }
    return open;
  }

  /** The rows of a log; none if there is no such file. A row that is being written is left out. */
  static List<Row> read(Path file) {
    List<Row> rows = new ArrayList<>();
    String text;
    try {
      text = Files.readString(file);
    } catch (NoSuchFileException e) {
      return rows;
    } catch (IOException e) {
      throw new PalimpsestException("'" + file + "' cannot be read: " + e.getMessage(), e);
    }
    int end = text.lastIndexOf('\n');
    for (String line : text.substring(0, Math.max(0, end)).split("\n")) {
      int comma = line.indexOf(',');
      if (comma > 0 && !line.equals(HEAD)) {
        try {
          rows.add(
              new Row(
                  Long.parseLong(line.substring(0, comma)),
                  Double.parseDouble(line.substring(comma + 1))));
        } catch (NumberFormatException e) {
          throw new PalimpsestException(
              "'" + file + "' has a row that is no step and loss: '" + line + "'", e);
        }
      }
    }
    return rows;
  }

  @Override
  public void close() {
    try {
      if (out != null) {
        out.close();
      }
    } catch (IOException e) {
      throw new OutputException(file, e);
    }
  }
}
