package io.github.palimpsest.llm.safetensors;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.storage.IoReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * The files that an index names. Indexes come from others, so they may not name arbitrary files.
 */
final class ShardName {
  private ShardName() {}

  /**
   * The file of a shard. It lies in the folder of the index or below; a symbolic link may lead out
   * of it only into the {@code blobs} of the Hugging Face Hub's cache.
   *
   * @param tensor the tensor that it should contain, for messages
   * @throws PalimpsestException if it is elsewhere or does not exist
   */
  static Path find(Path index, String tensor, String name) {
    Path folder = index.toAbsolutePath().normalize().getParent();
    Path file;
    try {
      file = folder.resolve(name).normalize();
    } catch (InvalidPathException e) {
      throw (PalimpsestException) refused(index, tensor, name, "is not a file name").initCause(e);
    }
    if (name.isEmpty() || Path.of(name).isAbsolute() || !file.startsWith(folder)) {
      throw refused(index, tensor, name, "is outside the folder of the index");
    }
    if (!Files.isRegularFile(file)) {
      throw new PalimpsestException(
          "%s: the file %s, which should hold tensor '%s', is missing"
              .formatted(index, shown(name), tensor));
    }
    try {
      Path real = file.toRealPath();
      Path home = folder.toRealPath();
      if (!real.startsWith(home) && !inHubCache(home, real)) {
        throw refused(index, tensor, name, "is a link out of the folder of the index");
      }
    } catch (IOException e) {
      throw (PalimpsestException)
          refused(index, tensor, name, "cannot be read: " + IoReason.of(e)).initCause(e);
    }
    return index.resolveSibling(name);
  }

  /** {@code models--x/snapshots/revision} has links to {@code models--x/blobs}. */
  private static boolean inHubCache(Path home, Path real) {
    Path snapshots = home.getParent();
    return snapshots != null
        && snapshots.endsWith("snapshots")
        && real.startsWith(snapshots.resolveSibling("blobs"));
  }

  private static PalimpsestException refused(Path index, String tensor, String name, String why) {
    return new PalimpsestException(
        "%s: the file '%s' of tensor '%s' %s".formatted(index, shown(name), tensor, why));
  }

  /** A name without control characters. */
  private static String shown(String name) {
    StringBuilder shown = new StringBuilder();
    name.chars()
        .limit(200)
        .forEach(
            c -> {
              if (Character.isISOControl(c)) {
                shown.append(String.format("\\u%04x", c));
              } else {
                shown.append((char) c);
              }
            });
    return shown.toString();
  }
}
