package io.github.palimpsest.tck;

import io.github.palimpsest.api.Plugin;
import io.github.palimpsest.api.component.ComponentId;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestReporter;

/**
 * Every rule for every component that a plugin offers. Extend it and name the plugin:
 *
 * <pre>{@code
 * class AcmePluginTest extends PluginKit {
 *   @Override protected Plugin subject() { return new AcmePlugin(); }
 * }
 * }</pre>
 */
public abstract class PluginKit {
  /** For subclasses. */
  protected PluginKit() {}

  /** The plugin to be judged. */
  protected abstract Plugin subject();

  /** Settings to judge one of its components with, as in {@link ComponentKit#settings()}. */
  protected String settings(ComponentId component) {
    return "";
  }

  /** Multiplies every numeric tolerance of one component's checks. */
  protected double tolerance(ComponentId component) {
    return 1;
  }

  /** A group for each component, with a test for each rule of its kind. */
  @TestFactory
  final Stream<DynamicContainer> components(TestReporter reporter) {
    return Offered.by(subject()).stream()
        .map(
            p ->
                DynamicContainer.dynamicContainer(
                    p.kind().label() + " " + p.id(),
                    KitTests.of(Subject.of(p, settings(p.id()), tolerance(p.id())), reporter)));
  }
}
