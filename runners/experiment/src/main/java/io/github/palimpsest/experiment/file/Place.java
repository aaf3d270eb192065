package io.github.palimpsest.experiment.file;

import io.github.palimpsest.api.PalimpsestException;

/**
 * A place in an experiment file.
 *
 * @param file the file's name for messages
 * @param line from 1
 * @param column from 1
 */
public record Place(String file, int line, int column) {
  /** A failure at this place: {@code file:line:column: problem}. */
  public PalimpsestException error(String problem) {
    return new PalimpsestException(this + ": " + problem);
  }

  /** Adds the place in the file to a failure of other code. */
  public PalimpsestException error(PalimpsestException problem) {
    return new PalimpsestException(this + ": " + problem.getMessage(), problem);
  }

  @Override
  public String toString() {
    return file + ":" + line + ":" + column;
  }
}
