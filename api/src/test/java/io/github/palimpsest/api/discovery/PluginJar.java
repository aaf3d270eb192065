package io.github.palimpsest.api.discovery;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import javax.tools.JavaCompiler;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Compiles a plugin and packs its JAR, as a stranger would. */
final class PluginJar {
  static final String SERVICE = "META-INF/services/io.github.palimpsest.api.Plugin";
  private final Map<String, String> sources = new LinkedHashMap<>();
  private final Map<String, String> texts = new LinkedHashMap<>();
  private final Manifest manifest = new Manifest();

  PluginJar() {
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
  }

  /** A plugin class with one metric, in its own package, named in the service file. */
  static PluginJar withMetric(String packageName, String id) {
    return new PluginJar()
        .source(packageName + ".MetricProvider", metric(packageName, id))
        .plugin(
            packageName + ".AcmePlugin",
            "@Override public List<ForgettingMetricProvider> metrics() {"
                + " return List.of(new MetricProvider()); }");
  }

  private static String metric(String packageName, String id) {
    return """
        package %s;
        import io.github.palimpsest.api.*;
        import io.github.palimpsest.api.adapter.*;
        import io.github.palimpsest.api.component.*;
        import io.github.palimpsest.api.data.*;
        import io.github.palimpsest.api.merger.*;
        import io.github.palimpsest.api.metric.*;
        import io.github.palimpsest.api.model.*;
        import io.github.palimpsest.api.optimizer.*;
        import io.github.palimpsest.api.parameter.*;
        import io.github.palimpsest.api.probe.*;
        import io.github.palimpsest.api.recipe.*;
        import io.github.palimpsest.api.regularizer.*;
        import io.github.palimpsest.api.rehearsal.*;
        import java.util.List;
        public final class MetricProvider implements ForgettingMetricProvider {
          public ComponentId id() { return new ComponentId("%s"); }
          public String summary() { return "a metric"; }
          public String equation() { return "0"; }
          public List<Setting<?>> settings() { return List.of(); }
          public Traits traits(Settings s) { return Traits.of(Onset.AFTER_TRAINING, Cost.NONE); }
          public ForgettingMetric create(Settings s) { throw new IllegalStateException(); }
        }
        """
        .formatted(packageName, id);
  }

  /** Adds a plugin class with the given members and names it in the service file. */
  PluginJar plugin(String className, String members) {
    int dot = className.lastIndexOf('.');
    return source(
            className,
            """
            package %s;
            import io.github.palimpsest.api.*;
            import io.github.palimpsest.api.adapter.*;
            import io.github.palimpsest.api.component.*;
            import io.github.palimpsest.api.data.*;
            import io.github.palimpsest.api.merger.*;
            import io.github.palimpsest.api.metric.*;
            import io.github.palimpsest.api.model.*;
            import io.github.palimpsest.api.optimizer.*;
            import io.github.palimpsest.api.parameter.*;
            import io.github.palimpsest.api.probe.*;
            import io.github.palimpsest.api.recipe.*;
            import io.github.palimpsest.api.regularizer.*;
            import io.github.palimpsest.api.rehearsal.*;
            import java.util.List;
            public final class %s implements Plugin {
              @Override public String name() { return "acme-test"; }
              %s
            }
            """
                .formatted(className.substring(0, dot), className.substring(dot + 1), members))
        .text(SERVICE, className + "\n");
  }

  PluginJar source(String className, String source) {
    sources.put(className, source);
    return this;
  }

  PluginJar text(String path, String text) {
    texts.put(path, text);
    return this;
  }

  PluginJar without(String path) {
    texts.remove(path);
    return this;
  }

  PluginJar attribute(String key, String value) {
    manifest.getMainAttributes().putValue(key, value);
    return this;
  }

  /** Writes the JAR and returns its path. */
  Path write(Path jar) {
    try {
      Path classes = Files.createTempDirectory(jar.toAbsolutePath().getParent(), "classes");
      compile(classes);
      try (OutputStream out = Files.newOutputStream(jar);
          JarOutputStream packed = new JarOutputStream(out, manifest);
          Stream<Path> compiled = Files.walk(classes)) {
        for (Path file : compiled.filter(Files::isRegularFile).sorted().toList()) {
          entry(packed, classes.relativize(file).toString(), Files.readAllBytes(file));
        }
        for (Map.Entry<String, String> text : texts.entrySet()) {
          entry(packed, text.getKey(), text.getValue().getBytes(StandardCharsets.UTF_8));
        }
      }
      return jar;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void compile(Path classes) throws IOException {
    if (sources.isEmpty()) {
      return;
    }
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    List<SimpleJavaFileObject> units = new ArrayList<>();
    sources.forEach((name, source) -> units.add(new Source(name, source)));
    try (StandardJavaFileManager files =
        compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
      boolean done =
          compiler
              .getTask(
                  null,
                  files,
                  null,
                  List.of(
                      "-d",
                      classes.toString(),
                      "-proc:none",
                      "-classpath",
                      System.getProperty("java.class.path")),
                  null,
                  units)
              .call();
      if (!done) {
        throw new IllegalStateException("the plugin's sources do not compile");
      }
    }
  }

  private static void entry(JarOutputStream out, String name, byte[] bytes) throws IOException {
    out.putNextEntry(new ZipEntry(name));
    out.write(bytes);
    out.closeEntry();
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(String className, String text) {
      super(URI.create("string:///" + className.replace('.', '/') + ".java"), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }
}
