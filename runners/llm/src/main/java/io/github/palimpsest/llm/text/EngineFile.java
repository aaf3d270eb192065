package io.github.palimpsest.llm.text;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.storage.IoReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A link to a user's file, in a temporary folder and with a name that an engine cannot misread.
 * DuckDB reads {@code [ ] * ?} in a path as a pattern, {@code ~} as the home folder, {@code s3://}
 * and {@code http://} as remote places, {@code key=value} as a column, and the ending as a
 * compression. The link keeps only the kind of file from the user's name.
 */
final class EngineFile implements AutoCloseable {
  private final Path folder;
  private final Path link;

  private EngineFile(Path folder, Path link) {
    this.folder = folder;
    this.link = link;
  }

  /**
   * Links a file.
   *
   * @throws PalimpsestException if no link can be made, or the temporary folder's own name is a
   *     pattern
   */
  static EngineFile of(Path file) {
    try {
      Path folder = Files.createTempDirectory("palimpsest-data");
      Path link = folder.resolve("records" + ending(file));
      try {
        if (link.toString().matches(".*[\\[\\]*?\\\\].*")) {
          throw new IOException(
              "its path, "
                  + folder.getParent()
                  + ", has one of [ ] * ? \\; choose another with -Djava.io.tmpdir");
        }
        Path target = file.toAbsolutePath();
        try {
          Files.createSymbolicLink(link, target);
        } catch (UnsupportedOperationException | IOException e) {
          Files.copy(target, link); // a file system without links
        }
        return new EngineFile(folder, link);
      } catch (IOException e) {
        Files.deleteIfExists(folder);
        throw e;
      }
    } catch (IOException e) {
      throw new PalimpsestException(
          "cannot link " + file + " in a temporary folder: " + IoReason.of(e), e);
    }
  }

  private static String ending(Path file) {
    String name = file.getFileName().toString();
    String kind = RecordFile.kind(name);
    String gz = kind.length() < name.length() ? ".gz" : "";
    for (String known : new String[] {".parquet", ".csv", ".tsv", ".jsonl", ".json"}) {
      if (kind.endsWith(known)) {
        return known + gz;
      }
    }
    return gz;
  }

  /** The link, as an SQL literal. */
  String literal() {
    return literal(link.toString());
  }

  /** A message of the engine, with the user's file in place of the link. */
  String renamed(String message, Path file) {
    return message.replace(link.toString(), file.toString());
  }

  /** A text as an SQL literal. */
  static String literal(String text) {
    return "'" + text.replace("'", "''") + "'";
  }

  @Override
  public void close() {
    try {
      Files.deleteIfExists(link);
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      // a leftover link in the temporary folder does no harm
    }
  }
}
