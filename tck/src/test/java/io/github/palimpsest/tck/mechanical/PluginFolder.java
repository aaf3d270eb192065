package io.github.palimpsest.tck.mechanical;

import io.github.palimpsest.api.Plugin;
import io.github.palimpsest.api.component.Provider;
import io.github.palimpsest.tck.Offered;
import io.github.palimpsest.testing.PluginFiles;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A plugin as a folder of classes, of which this process knows nothing else.
 *
 * @param classes the folder
 * @param plugin the class of the plugin
 */
public record PluginFolder(Path classes, String plugin) {
  /**
   * Compiles a plugin.
   *
   * @param sources its files
   */
  public static PluginFolder compiled(List<Path> sources, Path classes, String plugin)
      throws IOException {
    PluginFiles.compile(sources, classes);
    PluginFiles.serve(classes, plugin);
    return new PluginFolder(classes, plugin);
  }

  /** The Java files of a folder and its subfolders, in order. */
  public static List<Path> sources(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(f -> f.toString().endsWith(".java"))
          .filter(f -> !f.endsWith("package-info.java"))
          .sorted()
          .toList();
    }
  }

  /** Loads the plugin again; close the loader when its components are no longer used. */
  public URLClassLoader loader() throws IOException {
    return new URLClassLoader(
        new URL[] {classes.toUri().toURL()}, PluginFolder.class.getClassLoader());
  }

  /** The components of the plugin as a loader has them. */
  public List<Provider<?>> providers(ClassLoader loader) throws ReflectiveOperationException {
    return Offered.by((Plugin) loader.loadClass(plugin).getDeclaredConstructor().newInstance());
  }
}
