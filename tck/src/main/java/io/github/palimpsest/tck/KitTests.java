package io.github.palimpsest.tck;

import io.github.palimpsest.certificates.Certificates;
import io.github.palimpsest.tck.checks.Checks;
import io.github.palimpsest.tck.rule.Rule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestReporter;

/**
 * Checks as JUnit tests. A build that judges its own classes keeps the certificate next to them.
 */
final class KitTests {
  private static final Path TARGET = Path.of("target").toAbsolutePath();

  private KitTests() {}

  static Stream<DynamicTest> of(Subject<?> subject, TestReporter reporter) {
    Checks checks = Checks.of(subject);
    List<Verdict> verdicts = new ArrayList<>();
    return checks.all().stream()
        .map(c -> test(c.rule(), () -> c.run(subject), verdicts::add, reporter))
        .onClose(
            () -> {
              checks.close();
              if (verdicts.size() == checks.all().size()) { // not when some were picked by name
                write(Judgement.of(subject, verdicts));
              }
            });
  }

  static DynamicTest test(
      Rule rule, Supplier<Verdict> trial, Consumer<Verdict> listener, TestReporter reporter) {
    return DynamicTest.dynamicTest(
        rule.id() + " " + rule.level() + ": " + rule.text().sentence(),
        () -> {
          Verdict v = trial.get();
          listener.accept(v);
          report(v, reporter);
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

  private static void write(Judgement judgement) {
    if (!judgement.origin().location().toAbsolutePath().getParent().equals(TARGET)) {
      return; // not what this build makes
    }
    if (!judgement.certified() && !judgement.isRefused()) {
      return; // neither: a base is missing
    }
    try {
      Certificates.keep(judgement.certificate(), judgement.origin().location());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
