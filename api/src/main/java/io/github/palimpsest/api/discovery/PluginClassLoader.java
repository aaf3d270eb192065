package io.github.palimpsest.api.discovery;

import io.github.palimpsest.api.Plugin;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Enumeration;
import java.util.List;

/**
 * Loads one plugin JAR: its own classes first, so that it can bring the versions of its
 * dependencies; the JDK, the API and TensorFlow always from the host, since both sides exchange
 * their types and TensorFlow's native library loads once a process.
 */
final class PluginClassLoader extends URLClassLoader {
  private static final List<String> FROM_HOST =
      List.of(
          "java.",
          "javax.",
          "jdk.",
          "sun.",
          "io.github.palimpsest.api.",
          "org.tensorflow.",
          "org.bytedeco.",
          "com.google.protobuf.",
          "org.jspecify.");

  /** The service file, in which a JAR names its plugins. */
  static final String SERVICE = "META-INF/services/" + Plugin.class.getName();

  static {
    registerAsParallelCapable();
  }

  PluginClassLoader(URL jar, ClassLoader host) {
    super("plugin " + jar.getPath(), new URL[] {jar}, host);
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (FROM_HOST.stream().anyMatch(name::startsWith)) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> found = findLoadedClass(name);
      if (found == null) {
        try {
          found = findClass(name);
        } catch (ClassNotFoundException e) {
          return super.loadClass(name, resolve);
        }
      }
      if (resolve) {
        resolveClass(found);
      }
      return found;
    }
  }

  /** The service file is the JAR's own: the host's plugins must not appear a second time. */
  @Override
  public Enumeration<URL> getResources(String name) throws IOException {
    return name.equals(SERVICE) ? findResources(name) : super.getResources(name);
  }

  @Override
  public URL getResource(String name) {
    URL own = findResource(name);
    return own != null || name.equals(SERVICE) ? own : super.getResource(name);
  }
}
