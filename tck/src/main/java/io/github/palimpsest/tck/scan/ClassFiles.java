package io.github.palimpsest.tck.scan;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;

/** The class files of one JAR or folder. */
final class ClassFiles {
  /** The versions of Java for which a JAR may have classes of their own. */
  private static final int FIRST_VERSION = 9;

  private static final int LAST_VERSION = 99;

  private final Path location;

  ClassFiles(Path location) {
    this.location = location;
  }

  /**
   * The bytes of a class by its internal name, once for each version of Java that has its own;
   * empty if it comes from elsewhere.
   */
  List<byte[]> read(String internalName) {
    String entry = internalName + ".class";
    try {
      if (Files.isDirectory(location)) {
        Path file = location.resolve(entry);
        return Files.exists(file) ? List.of(Files.readAllBytes(file)) : List.of();
      }
      if (!Files.isRegularFile(location)) {
        return List.of();
      }
      try (JarFile jar = new JarFile(location.toFile())) {
        List<byte[]> found = new ArrayList<>();
        add(jar, entry, found);
        for (int v = FIRST_VERSION; jar.isMultiRelease() && v <= LAST_VERSION; v++) {
          add(jar, "META-INF/versions/" + v + "/" + entry, found);
        }
        return found;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void add(JarFile jar, String entry, List<byte[]> to) throws IOException {
    ZipEntry found = jar.getEntry(entry);
    if (found != null) {
      try (InputStream in = jar.getInputStream(found)) {
        to.add(in.readAllBytes());
      }
    }
  }
}
