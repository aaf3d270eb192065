package io.github.palimpsest.cli;

import io.github.palimpsest.api.Plugin;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
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
    Path classes = Files.createTempDirectory("acme");
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    JavaFileObject source =
        new SimpleJavaFileObject(
            URI.create("string:///acme/AcmePlugin.java"), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return SOURCE;
          }
        };
    boolean done =
        compiler
            .getTask(
                null,
                null,
                null,
                List.of("-d", classes.toString(), "-cp", System.getProperty("java.class.path")),
                null,
                List.of(source))
            .call();
    if (!done) {
      throw new IllegalStateException("the plugin does not compile");
    }
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
      if (withService) {
        jar.putNextEntry(new JarEntry("META-INF/services/" + Plugin.class.getName()));
        jar.write("acme.AcmePlugin".getBytes(java.nio.charset.StandardCharsets.UTF_8));
      }
    }
    return file;
  }
}
