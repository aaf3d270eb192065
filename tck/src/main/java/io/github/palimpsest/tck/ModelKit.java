package io.github.palimpsest.tck;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.model.Model;
import io.github.palimpsest.tck.checks.ModelChecks;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestReporter;

/**
 * The rules for models. A model is not a plugin: the author of a runner extends this class in the
 * runner's tests.
 */
public abstract class ModelKit {
  /** For subclasses. */
  protected ModelKit() {}

  /** The model to be judged. */
  protected abstract Model subject();

  /** Examples of it, three or more, of different lengths if it accepts these. */
  protected abstract List<Example> examples();

  /** Multiplies every numeric tolerance of the checks. */
  protected double tolerance() {
    return 1;
  }

  /** One test for each rule. */
  @TestFactory
  final Stream<DynamicTest> rules(TestReporter reporter) {
    String name = subject().getClass().getName();
    return new ModelChecks(subject(), examples(), tolerance())
        .all().stream().map(c -> KitTests.test(c.rule(), () -> c.run(name), v -> {}, reporter));
  }
}
