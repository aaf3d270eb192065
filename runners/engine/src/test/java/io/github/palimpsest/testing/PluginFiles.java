package io.github.palimpsest.testing;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.StringJoiner;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Plugins of third parties, compiled and packed as their authors would. */
public final class PluginFiles {
  /** The version that the manifest of every JAR states. */
  public static final String VERSION = "2.3";

  private static final String SERVICE = "META-INF/services/io.github.palimpsest.api.Plugin";

  private PluginFiles() {}

  /**
   * Compiles against this process's class path, as Maven does against a project's dependencies.
   *
   * @param more class path in addition to that
   */
  public static void compile(List<Path> sources, Path classes, Path... more) throws IOException {
    Files.createDirectories(classes);
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringJoiner classPath = new StringJoiner(File.pathSeparator);
    classPath.add(System.getProperty("java.class.path"));
    Stream.of(more).forEach(p -> classPath.add(p.toString()));
    List<String> options =
        List.of("-d", classes.toString(), "-cp", classPath.toString(), "-proc:none", "-Werror");
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      if (!compiler
          .getTask(null, files, null, options, null, files.getJavaFileObjectsFromPaths(sources))
          .call()) {
        throw new IllegalStateException("the plugin does not compile");
      }
    }
  }

  /** Names a plugin in the service file of a folder of classes. */
  public static void serve(Path classes, String plugin) throws IOException {
    Path service = classes.resolve(SERVICE);
    Files.createDirectories(service.getParent());
    Files.writeString(service, plugin);
  }

  /** Packs classes and resources. */
  public static Path pack(Path classes, Path file) throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.IMPLEMENTATION_VERSION, VERSION);
    try (OutputStream out = Files.newOutputStream(file);
        JarOutputStream jar = new JarOutputStream(out, manifest);
        Stream<Path> all = Files.walk(classes)) {
      for (Path p : all.filter(Files::isRegularFile).sorted().toList()) {
        jar.putNextEntry(new JarEntry(classes.relativize(p).toString()));
        jar.write(Files.readAllBytes(p));
      }
    }
    return file;
  }
}
