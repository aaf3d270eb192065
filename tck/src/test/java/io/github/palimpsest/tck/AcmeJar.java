package io.github.palimpsest.tck;

import io.github.palimpsest.api.Plugin;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;

/** Makes JARs of the classes of {@code org.acme}. */
final class AcmeJar {
  private AcmeJar() {}

  /**
   * A JAR of all of them with one plugin.
   *
   * @param manifest main attributes in addition to the version 1.2.3
   * @param entries names of more entries, a byte each
   */
  static Path of(
      Path folder, Class<? extends Plugin> plugin, Map<String, String> manifest, String... entries)
      throws IOException {
    Manifest m = new Manifest();
    m.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    m.getMainAttributes().put(Attributes.Name.IMPLEMENTATION_VERSION, "1.2.3");
    manifest.forEach((k, v) -> m.getMainAttributes().putValue(k, v));
    Path jar = folder.resolve(plugin.getSimpleName() + ".jar");
    Path classes = ClassPath.location(plugin);
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file, m);
        Stream<Path> found = Files.list(classes.resolve("org/acme"))) {
      for (Path c : found.sorted().toList()) {
        entry(out, "org/acme/" + c.getFileName(), Files.readAllBytes(c));
      }
      entry(
          out,
          "META-INF/services/" + Plugin.class.getName(),
          plugin.getName().getBytes(StandardCharsets.UTF_8));
      for (String e : entries) {
        entry(out, e, new byte[] {1});
      }
    }
    return jar;
  }

  private static void entry(JarOutputStream out, String name, byte[] bytes) throws IOException {
    out.putNextEntry(new JarEntry(name));
    out.write(bytes);
    out.closeEntry();
  }
}
