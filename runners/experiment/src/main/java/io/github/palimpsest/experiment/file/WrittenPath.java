package io.github.palimpsest.experiment.file;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A path of an experiment file, or a name in place of one.
 *
 * @param text as written, with variables filled in
 * @param from the folder that a path is relative to, where it begins with a value of the command
 *     line; empty for the folder of the experiment file
 */
public record WrittenPath(String text, Optional<Path> from) {
  /** A path that begins with no value of the command line. */
  public static WrittenPath of(String text) {
    return new WrittenPath(text, Optional.empty());
  }

  /** The text, for messages. */
  @Override
  public String toString() {
    return text;
  }
}
