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
 * The rules for data sets. Data are not a plugin: the author of a runner, or of data for one,
 * extends this class in tests.
 */
public abstract class DataKit {
  /** For subclasses. */
  protected DataKit() {}

  /** The tasks of an experiment in their order, read again at each call. */
  protected abstract List<TaskData> tasks();

  /** The evaluation data of a task, read again at each call. */
  protected abstract List<Example> evaluation(TaskData task);

  /** One test for each rule. */
  @TestFactory
  final Stream<DynamicTest> rules(TestReporter reporter) {
    return new DataChecks(getClass(), this::tasks, this::evaluation)
        .all().stream()
            .map(
                c -> KitTests.test(c.rule(), () -> c.run(getClass().getName()), v -> {}, reporter));
  }
}
