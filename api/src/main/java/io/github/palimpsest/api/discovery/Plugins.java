package io.github.palimpsest.api.discovery;

import io.github.palimpsest.api.Plugin;
import io.github.palimpsest.api.Provider;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds plugins: those on the class path, and those in a folder of JARs. */
public final class Plugins {
  private Plugins() {}

  /**
   * A registry of all plugins on the class path.
   *
   * @throws PluginException if a plugin cannot be loaded, offers nothing, is outside its API range,
   *     or two offer one name
   */
  public static PluginRegistry onClassPath() {
    return new PluginRegistry(load(Plugins.class.getClassLoader(), null));
  }

  /**
   * A registry of all plugins on the class path and in a folder, where each JAR has a class loader
   * of its own.
   *
   * @param folder its {@code *.jar} files are plugins, each with a service file
   * @throws PluginException as {@link #onClassPath()}, and if the folder cannot be read, a JAR is
   *     not readable or has no service file
   */
  public static PluginRegistry withFolder(Path folder) {
    List<Registered> all = new ArrayList<>(load(Plugins.class.getClassLoader(), null));
    for (Path jar : jars(folder)) {
      all.addAll(loadJar(jar));
    }
    return new PluginRegistry(all);
  }

  private static List<Path> jars(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new PluginException("plugin folder '" + folder + "' is not a folder");
    }
    List<Path> jars = new ArrayList<>();
    try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, "*.jar")) {
      found.forEach(jars::add);
    } catch (IOException e) {
      throw new PluginException(
          "plugin folder '" + folder + "' cannot be read: " + e.getMessage(), e);
    }
    jars.sort(null);
    return jars;
  }

  private static List<Registered> loadJar(Path jar) {
    try (JarFile file = new JarFile(jar.toFile())) {
      file.getManifest();
    } catch (IOException | SecurityException e) {
      throw new PluginException("plugin '" + jar + "' is not a readable JAR: " + e.getMessage(), e);
    }
    try {
      // stays open: the plugin's classes load from it as long as the process runs
      @SuppressWarnings("resource")
      PluginClassLoader loader =
          new PluginClassLoader(jar.toUri().toURL(), Plugins.class.getClassLoader());
      if (!loader.hasServiceFile()) {
        throw new PluginException(
            "plugin '" + jar + "' has no META-INF/services/" + Plugin.class.getName());
      }
      return load(loader, jar);
    } catch (IOException e) {
      throw new PluginException("plugin '" + jar + "' cannot be read: " + e.getMessage(), e);
    }
  }

  private static List<Registered> load(ClassLoader loader, @Nullable Path jar) {
    String where = jar == null ? "the class path" : "'" + jar + "'";
    List<Registered> all = new ArrayList<>();
    Iterator<Plugin> found = ServiceLoader.load(Plugin.class, loader).iterator();
    try {
      while (found.hasNext()) {
        Plugin plugin = found.next();
        all.addAll(registered(plugin, jar));
      }
    } catch (ServiceConfigurationError | LinkageError e) {
      throw new PluginException("a plugin of " + where + " cannot be loaded: " + e.getMessage(), e);
    }
    return all;
  }

  private static List<Registered> registered(Plugin plugin, @Nullable Path jar) {
    Path location = jar == null ? location(plugin.getClass()) : jar;
    Attributes manifest = manifest(location);
    String version = manifest.getValue(Attributes.Name.IMPLEMENTATION_VERSION);
    PluginOrigin origin =
        new PluginOrigin(plugin.name(), version == null ? "unknown" : version, location);
    checkApiRange(origin, manifest.getValue(ApiVersion.ATTRIBUTE));
    List<Registered> providers =
        Stream.<List<? extends Provider<?>>>of(
                plugin.optimizers(),
                plugin.adapters(),
                plugin.regularizers(),
                plugin.rehearsals(),
                plugin.mergers(),
                plugin.metrics())
            .flatMap(List::stream)
            .map(p -> new Registered(p, origin))
            .toList();
    if (providers.isEmpty()) {
      throw new PluginException("plugin " + origin + " provides nothing");
    }
    return providers;
  }

  private static void checkApiRange(PluginOrigin origin, @Nullable String range) {
    try {
      if (range != null && !ApiVersion.contains(range, ApiVersion.CURRENT)) {
        throw new PluginException(
            "plugin "
                + origin
                + " works with API "
                + range
                + ", and this is API "
                + ApiVersion.CURRENT);
      }
    } catch (IllegalArgumentException e) {
      throw new PluginException(
          "plugin " + origin + " has a bad " + ApiVersion.ATTRIBUTE + ": " + e.getMessage(), e);
    }
  }

  private static Path location(Class<?> type) {
    CodeSource source = type.getProtectionDomain().getCodeSource();
    URL url = source == null ? null : source.getLocation();
    try {
      return url == null ? Path.of("unknown") : Path.of(url.toURI());
    } catch (URISyntaxException e) {
      return Path.of(url.getPath());
    }
  }

  private static Attributes manifest(Path location) {
    if (Files.isRegularFile(location)) {
      try (JarFile file = new JarFile(location.toFile())) {
        Manifest manifest = file.getManifest();
        return manifest == null ? new Attributes() : manifest.getMainAttributes();
      } catch (IOException e) {
        throw new PluginException("'" + location + "' is not a readable JAR: " + e.getMessage(), e);
      }
    }
    return new Attributes();
  }
}
