package io.github.palimpsest.tck;

import io.github.palimpsest.tck.checks.Checks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestReporter;

/** Checks as JUnit tests. The certificate is written beside the other results of the build. */
final class KitTests {
  private static final Path TARGET = Path.of("target");

  private KitTests() {}

  static Stream<DynamicTest> of(Subject<?> subject, TestReporter reporter) {
    Checks checks = Checks.of(subject);
    List<Verdict> verdicts = new ArrayList<>();
    return checks.all().stream()
        .map(
            c ->
                DynamicTest.dynamicTest(
                    c.rule().id() + " " + c.rule().level() + ": " + c.rule().text().sentence(),
                    () -> {
                      Verdict v = c.run(subject.toString());
                      verdicts.add(v);
                      report(v, reporter);
                    }))
        .onClose(
            () -> {
              checks.close();
              write(Certificate.of(subject, verdicts));
            });
  }

  private static void report(Verdict v, TestReporter reporter) {
    switch (v.outcome()) {
      case PASSED -> {}
      case FAILED -> Assertions.fail(v.text());
      case WARNED -> reporter.publishEntry(v.rule().id(), v.text());
      case NOT_APPLICABLE, UNTESTED -> Assumptions.abort(v.outcome() + ": " + v.text());
    }
  }

  private static void write(Certificate certificate) {
    if (!Files.isDirectory(TARGET)) {
      return; // not run by a build
    }
    try {
      Path folder = Files.createDirectories(TARGET.resolve("tck-certificates"));
      Files.writeString(folder.resolve(certificate.component() + ".json"), certificate.toJson());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
