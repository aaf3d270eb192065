package io.github.palimpsest.cli;

import io.github.palimpsest.api.Plugin;
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

/** A plugin of a third party, compiled and packed as its author would. */
final class PluginJar {
  private static final String SOURCE =
      """
      package acme;
      import io.github.palimpsest.api.*;
      import java.util.List;
      public final class AcmePlugin implements Plugin {
        public String name() { return "acme-optimizers"; }
        public List<OptimizerProvider> optimizers() { return List.of(new Provider()); }
        static final class Provider implements OptimizerProvider {
          public ComponentId id() { return new ComponentId("acme.descent"); }
          public String summary() { return "plain descent"; }
          public String equation() { return "u = -0.1 g"; }
          public List<Setting<?>> settings() { return List.of(); }
          public Traits traits(Settings s) {
            return Traits.of(Onset.FIRST_TASK, new Cost(1, 0, 0), "nobody 2026");
          }
          public Optimizer create(Settings s) {
            return c -> new Updates(
                c.oracle().gradient(c.params()).tensors().scale(c.tf(), c.tf().constant(-0.1f)));
          }
        }
      }
      """;

  private PluginJar() {}

  /**
   * @param file the JAR to write
   * @param withService whether it names its plugin in a service file
   */
  static Path write(Path file, boolean withService) throws IOException {
    Path folder = Files.createTempDirectory("acme");
    Path source = folder.resolve("AcmePlugin.java");
    Files.writeString(source, SOURCE);
    Path classes = folder.resolve("classes");
    compile(List.of(source), classes);
    if (withService) {
      Path service = classes.resolve("META-INF/services/" + Plugin.class.getName());
      Files.createDirectories(service.getParent());
      Files.writeString(service, "acme.AcmePlugin");
    }
    return pack(classes, file);
  }

  /**
   * Compiles against this test's class path, as Maven does against the project's dependencies.
   *
   * @param more class path beside that
   */
  static void compile(List<Path> sources, Path classes, Path... more) throws IOException {
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

  /** Packs classes and resources. */
  static Path pack(Path classes, Path file) throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.IMPLEMENTATION_VERSION, "2.3");
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
