package io.github.palimpsest.tck.scan;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;

/** The class files of one JAR or folder. */
final class ClassFiles {
  private final Path location;

  ClassFiles(Path location) {
    this.location = location;
  }

  /** The bytes of a class by its internal name; empty if it comes from elsewhere. */
  Optional<byte[]> read(String internalName) {
    String entry = internalName + ".class";
    try {
      if (Files.isDirectory(location)) {
        Path file = location.resolve(entry);
        return Files.exists(file) ? Optional.of(Files.readAllBytes(file)) : Optional.empty();
      }
      if (!Files.isRegularFile(location)) {
        return Optional.empty();
      }
      try (JarFile jar = new JarFile(location.toFile())) {
        ZipEntry found = jar.getEntry(entry);
        if (found == null) {
          return Optional.empty();
        }
        try (InputStream in = jar.getInputStream(found)) {
          return Optional.of(in.readAllBytes());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
