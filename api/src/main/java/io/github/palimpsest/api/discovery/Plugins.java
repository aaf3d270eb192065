package io.github.palimpsest.api.discovery;

import io.github.palimpsest.api.Plugin;
import io.github.palimpsest.api.Stable;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import org.jspecify.annotations.Nullable;

/** Finds plugins: those on the class path, and those in a folder of JARs. */
@Stable(since = "0.1")
public final class Plugins {
  /** Classes that always come from the host; a JAR that contains them was packed wrongly. */
  private static final List<String> HOST_CLASSES =
      List.of("io/github/palimpsest/api/Plugin.class", "org/tensorflow/TensorFlow.class");

  private Plugins() {}

  /**
   * A registry of all plugins on the class path.
   *
   * @throws PluginException if a plugin cannot be loaded, offers nothing, offers a name that it
   *     does not own, is outside its API range, or two offer one name; names the JAR
   */
  public static PluginRegistry onClassPath() {
    return registry(load(Plugins.class.getClassLoader(), null));
  }

  /**
   * A registry of all plugins on the class path and in a folder, where each JAR has a class loader
   * of its own.
   *
   * @param folder its {@code *.jar} files are plugins, each with a service file
   * @throws PluginException as {@link #onClassPath()}, and if the folder cannot be read, a JAR is
   *     not readable, has no service file, or brings its own API or TensorFlow
   */
  public static PluginRegistry withFolder(Path folder) {
    return onClassPath().withFolder(folder);
  }

  /**
   * A registry of all plugins on the class path and in one JAR, which has a class loader of its
   * own.
   *
   * @param jar the JAR, with a service file
   * @throws PluginException as {@link #withFolder}
   */
  public static PluginRegistry withJar(Path jar) {
    List<Registered> all = new ArrayList<>(load(Plugins.class.getClassLoader(), null));
    all.addAll(loadJar(jar));
    return registry(all);
  }

  /** The components of all JARs of a folder. */
  static List<Registered> ofFolder(Path folder) {
    return jars(folder).stream().flatMap(jar -> loadJar(jar).stream()).toList();
  }

  /** Duplicates first: two JARs with one name are a clearer message than one without a prefix. */
  static PluginRegistry registry(List<Registered> all) {
    PluginRegistry registry = new PluginRegistry(all);
    all.forEach(PluginContents::checkOwned);
    return registry;
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
    checkJar(jar);
    try {
      // stays open: the plugin's classes load from it as long as the process runs
      @SuppressWarnings("resource")
      PluginClassLoader loader =
          new PluginClassLoader(jar.toUri().toURL(), Plugins.class.getClassLoader());
      return load(loader, jar);
    } catch (IOException e) {
      throw new PluginException("plugin '" + jar + "' cannot be read: " + e.getMessage(), e);
    }
  }

  private static void checkJar(Path jar) {
    try (JarFile file = new JarFile(jar.toFile())) {
      checkContained(jar, file);
      if (file.getEntry(PluginClassLoader.SERVICE) == null) {
        throw new PluginException("plugin '" + jar + "' has no " + PluginClassLoader.SERVICE);
      }
      for (String host : HOST_CLASSES) {
        if (file.getEntry(host) != null) {
          throw new PluginException(
              "plugin '"
                  + jar
                  + "' brings its own "
                  + host
                  + ", which always comes from the host: depend on palimpsest-api with scope"
                  + " 'provided'");
        }
      }
    } catch (IOException | SecurityException e) {
      throw new PluginException("plugin '" + jar + "' is not a readable JAR: " + e.getMessage(), e);
    }
  }

  /**
   * A certificate hashes only the JAR, and people copy only the JAR, so nothing else may be loaded.
   */
  private static void checkContained(Path jar, JarFile file) throws IOException {
    Manifest manifest = file.getManifest();
    String others =
        manifest == null ? null : manifest.getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
    if (others != null && !others.isBlank()) {
      throw new PluginException(
          "plugin '"
              + jar
              + "' has 'Class-Path: "
              + others
              + "' in its manifest: a plugin is one JAR, so pack what it needs into it");
    }
    if (file.getEntry("META-INF/INDEX.LIST") != null) {
      throw new PluginException(
          "plugin '"
              + jar
              + "' has a META-INF/INDEX.LIST, which makes Java load from other JARs: leave it out");
    }
  }

  private static List<Registered> load(ClassLoader loader, @Nullable Path jar) {
    String where = jar == null ? "the class path" : "'" + jar + "'";
    List<Registered> all = new ArrayList<>();
    String outer = Activity.enter("the loading of a plugin of " + where);
    try {
      Iterator<Plugin> found = ServiceLoader.load(Plugin.class, loader).iterator();
      while (found.hasNext()) {
        all.addAll(PluginContents.of(found.next(), jar));
      }
    } catch (PluginException e) {
      throw e;
    } catch (RuntimeException | Error e) { // its constructor and static fields are third-party code
      throw new PluginException("a plugin of " + where + " cannot be loaded: " + reasons(e), e);
    } finally {
      Activity.leave(outer);
    }
    if (jar != null && all.isEmpty()) {
      throw new PluginException(
          "plugin '" + jar + "' names no class in its " + PluginClassLoader.SERVICE);
    }
    return all;
  }

  /** A failed constructor or static initialiser says why only in its innermost cause. */
  private static String reasons(Throwable failure) {
    Throwable innermost = failure;
    while (innermost.getCause() != null) {
      innermost = innermost.getCause();
    }
    Optional<String> unfit = UnfitClass.of(innermost);
    if (unfit.isPresent()) {
      return unfit.get();
    }
    boolean service = failure instanceof ServiceConfigurationError; // its message says it all
    String reason = service ? String.valueOf(failure.getMessage()) : failure.toString();
    return reason + (innermost == failure ? "" : ": " + innermost);
  }
}
