package io.github.palimpsest.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JavadocTest {
  private static final Path SOURCES = Path.of("src", "main", "java");

  /** The build itself refuses comments that are wrong; see {@code -Xdoclint} in pom.xml. */
  @Test
  void everything_public_has_a_comment(@TempDir Path classes) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(SOURCES)) {
      files = all.filter(f -> f.toString().endsWith(".java")).toList();
    }
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
    List<String> options =
        List.of(
            "-proc:none",
            "-Xdoclint:missing/public",
            "-Xmaxwarns",
            "10000",
            "-d",
            classes.toString(),
            "-cp",
            System.getProperty("java.class.path"));
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(found, null, null)) {
      boolean compiled =
          compiler
              .getTask(
                  null, manager, found, options, null, manager.getJavaFileObjectsFromPaths(files))
              .call();
      assertThat(compiled).isTrue();
    }
    List<String> said = found.getDiagnostics().stream().map(JavadocTest::text).toList();
    assertThat(said).as("the compiler looks at comments").anyMatch(s -> s.contains("no @return"));
    assertThat(said).noneMatch(s -> s.contains("no comment"));
  }

  private static String text(Diagnostic<? extends JavaFileObject> d) {
    return (d.getSource() == null ? "" : d.getSource().getName() + ":" + d.getLineNumber() + " ")
        + d.getMessage(Locale.ENGLISH);
  }
}
