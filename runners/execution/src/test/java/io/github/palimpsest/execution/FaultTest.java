package io.github.palimpsest.execution;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.execution.faults.Faults;
import io.github.palimpsest.execution.faults.FaultyFileSystem;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.storage.Folders;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A file system that fails at the n-th operation of a run: the run ends with a message, fails a
 * cell or goes on, and when it is run again its results have the bytes of a run that nothing
 * happened to.
 *
 * <p>Some n are tried, spread evenly; {@code -Dfaults=all} tries every one.
 */
@Tag("native")
class FaultTest {
  private static final int SOME = 16;

  @TempDir Path temp;
  private final Plan plan = ToyRun.shortest();
  private SortedMap<String, String> undisturbed = new TreeMap<>();
  private long operations;
  private int failedCells;

  @BeforeEach
  void a_run_that_nothing_happens_to() throws IOException {
    Faults none = new Faults(Faults.Kind.ERROR, 0);
    Path out = temp.resolve("undisturbed");
    assertThat(run(out, none)).as("no failure").isEmpty();
    assertThat(failedCells).isZero();
    undisturbed = results(out);
    operations = none.count();
  }

  private Optional<RuntimeException> run(Path out, Faults faults) {
    try {
      Path faulty = new FaultyFileSystem(faults).at(out);
      failedCells = ToyRun.run(plan, faulty, RunListener.NONE).failed();
      return Optional.empty();
    } catch (RuntimeException e) {
      return Optional.of(e);
    }
  }

  /** Whether a failure names a file of the run, and the reason in words. */
  private static boolean namesTheFile(RuntimeException e, Path out) {
    return e instanceof PalimpsestException
        && e.getMessage().contains(out.toString())
        && !e.getMessage().contains("Exception");
  }

  private static SortedMap<String, String> results(Path out) throws IOException {
    TreeMap<String, String> all = new TreeMap<>(ToyRun.content(out));
    all.putAll(ToyRun.losses(out));
    return all;
  }

  @ParameterizedTest
  @EnumSource
  void a_run_that_goes_on_after_a_failure_of_any_operation_ends_with_the_same_bytes(
      Faults.Kind kind) throws IOException {
    long step = "all".equals(System.getProperty("faults")) ? 1 : Math.max(1, operations / SOME);
    List<String> unclear = new ArrayList<>();
    int struck = 0;
    for (long n = 1 + kind.ordinal(); n <= operations; n += step) {
      Path out = temp.resolve(kind + "-" + n);
      Faults faults = new Faults(kind, n);
      Optional<RuntimeException> failure = run(out, faults);
      struck += faults.struck() ? 1 : 0;
      String when = kind + " at operation " + n + ", " + faults.strike();
      failure.filter(e -> !namesTheFile(e, out)).ifPresent(e -> unclear.add(when + ": " + e));
      Faults none = new Faults(Faults.Kind.ERROR, 0);
      assertThat(run(out, none)).as(when + ": the run that goes on").isEmpty();
      assertThat(failedCells).as(when + ": cells that the run that goes on fails").isZero();
      assertThat(results(out)).as(when).isEqualTo(undisturbed);
      Folders.delete(out);
    }
    assertThat(unclear).as("failures without a clear message").isEmpty();
    // how often a run notes what it is doing depends on the time it takes
    assertThat(struck).as("operations that failed").isGreaterThan(SOME / 2);
  }
}
