package io.github.palimpsest.tck;

import io.github.palimpsest.api.component.Provider;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestReporter;

/**
 * The common part of the kits of all kinds. Extend the kit of your component's kind.
 *
 * @param <T> the kind's interface
 * @param <P> the kind's provider
 */
public abstract class ComponentKit<T, P extends Provider<T>> {
  ComponentKit() {}

  /** The provider to test. */
  protected abstract P subject();

  /**
   * The settings of the test, as in a recipe and without parentheses: {@code rho=0.1,
   * base=sgd(lr=0.1)}. By default every setting has its default.
   */
  protected String settings() {
    return "";
  }

  /** Multiplies every numeric tolerance of the checks. */
  protected double tolerance() {
    return 1;
  }

  /** One test for each rule of the kind. */
  @TestFactory
  final Stream<DynamicTest> rules(TestReporter reporter) {
    return KitTests.of(Subject.of(subject(), settings(), tolerance()), reporter);
  }
}
