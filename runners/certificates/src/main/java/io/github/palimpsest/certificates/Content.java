package io.github.palimpsest.certificates;

import io.github.palimpsest.api.PalimpsestException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Hashes of the content of a plugin. The hash of its entries is the same for a folder of classes
 * and for the JAR packed from it, so a certificate from this project's build is valid for its JARs
 * too.
 */
final class Content {
  /** Maven's description of a project in its JAR. */
  private static final Pattern BUILD =
      Pattern.compile("META-INF/maven/[^/]+/[^/]+/pom\\.(xml|properties)");

  private Content() {}

  /** The SHA-256 of a JAR's bytes; empty if the location is not a file. */
  static String ofJar(Path location) {
    if (!Files.isRegularFile(location)) {
      return "";
    }
    try {
      return hex(sha256().digest(Files.readAllBytes(location)));
    } catch (IOException e) {
      throw unreadable(location, e);
    }
  }

  /**
   * The SHA-256 of the names and bytes of all entries as a class loader reads them, without the
   * additions of packing: the build's own description and the manifest. The hash includes the one
   * line of the manifest that changes the loaded classes: whether the JAR has classes for later
   * versions of Java. A manifest that names other JARs is refused earlier. Empty if there is
   * neither a JAR nor a folder.
   */
  static String ofEntries(Path location) {
    try {
      if (Files.isDirectory(location)) {
        return hash(folder(location));
      }
      return Files.isRegularFile(location) ? hash(jar(location)) : "";
    } catch (IOException e) {
      throw unreadable(location, e);
    }
  }

  private static Map<String, byte[]> folder(Path root) throws IOException {
    TreeMap<String, byte[]> entries = new TreeMap<>();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = root.relativize(file).toString().replace('\\', '/');
        if (counts(name)) {
          entries.put(name, sha256().digest(Files.readAllBytes(file)));
        }
      }
    }
    return entries;
  }

  private static Map<String, byte[]> jar(Path file) throws IOException {
    TreeMap<String, byte[]> entries = new TreeMap<>();
    try (JarFile jar = new JarFile(file.toFile())) {
      for (JarEntry entry : Collections.list(jar.entries())) {
        if (!entry.isDirectory() && counts(entry.getName())) {
          // by its name, as a class loader does: a JAR may contain a name twice
          try (var in = jar.getInputStream(jar.getEntry(entry.getName()))) {
            entries.put(entry.getName(), sha256().digest(in.readAllBytes()));
          }
        }
      }
      if (jar.isMultiRelease()) {
        entries.put(Attributes.Name.MULTI_RELEASE.toString(), sha256().digest());
      }
    }
    return entries;
  }

  private static boolean counts(String name) {
    return !name.equals(JarFile.MANIFEST_NAME) && !BUILD.matcher(name).matches();
  }

  private static String hash(Map<String, byte[]> entries) {
    MessageDigest all = sha256();
    entries.forEach(
        (name, digest) -> {
          all.update((name + "\n").getBytes(StandardCharsets.UTF_8));
          all.update(digest);
        });
    return hex(all.digest());
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static PalimpsestException unreadable(Path location, IOException e) {
    return new PalimpsestException("'" + location + "' cannot be read: " + e.getMessage(), e);
  }
}
