package io.github.palimpsest.tck;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.tck.checks.DataChecks;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestReporter;

/**
 * The rules for data sets. Data are no plugin: who brings a runner, or data for one, extends this
 * in tests of their own.
 */
public abstract class DataKit {
  /** For subclasses. */
  protected DataKit() {}

  /** The tasks of an experiment in their order, read anew at each call. */
  protected abstract List<TaskData> tasks();

  /** What a task is evaluated on, read anew at each call. */
  protected abstract List<Example> evaluation(TaskData task);

  /** One test for each rule. */
  @TestFactory
  final Stream<DynamicTest> rules(TestReporter reporter) {
    return new DataChecks(this::tasks, this::evaluation)
        .all().stream().map(c -> KitTests.test(c, getClass().getName(), v -> {}, reporter));
  }
}
