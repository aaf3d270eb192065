package io.github.palimpsest.execution;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.discovery.Plugins;
import io.github.palimpsest.api.discovery.Registered;
import io.github.palimpsest.api.probe.Probe;
import io.github.palimpsest.execution.probe.ProbeListener;
import io.github.palimpsest.execution.probe.ProbeRun;
import io.github.palimpsest.execution.probe.ProbeSample;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.results.folder.CellResult;
import io.github.palimpsest.results.folder.FolderLayout;
import io.github.palimpsest.results.folder.ProbeResult;
import io.github.palimpsest.results.folder.RunStatus;
import io.github.palimpsest.results.text.MissingValues;
import io.github.palimpsest.results.text.Results;
import io.github.palimpsest.testing.MoodyPlugin;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a plugin throws in a run, its cells fail by the name of its JAR, and others finish. */
@Tag("native")
class StrangerRunTest {
  // class loaders keep their JARs open as long as the process runs
  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  static Path temp;

  /** What a run of this toy does not call. */
  private static final Set<String> UNCALLED =
      Set.of("derive", "capability", "matMulTransposed", "rows");

  /** Methods without a result, in which null is none. */
  private static final Set<String> MUTE =
      Set.of("track", "afterTask", "afterTaskWithModel", "restore");

  private static MoodyPlugin plugin;

  @BeforeAll
  static void compile() throws IOException {
    plugin = MoodyPlugin.compiled(temp.resolve("source"));
  }

  /** Each method of each kind that a run calls, with one failure of the five in turn. */
  static Stream<Arguments> aFailureOfEachMethod() {
    List<Arguments> all = new ArrayList<>();
    for (String kind : List.of("optimizer", "regularizer", "adapter", "rehearsal", "merger")) {
      List<String> called = new ArrayList<>(MoodyPlugin.OF_KIND.get(kind));
      called.add("create");
      called.removeAll(UNCALLED);
      for (String method : called) {
        String what = MoodyPlugin.THROWS.get(all.size() % MoodyPlugin.THROWS.size());
        boolean mute = what.equals("null") && MUTE.contains(method);
        all.add(Arguments.of(kind, method, mute ? "exception" : what));
      }
    }
    return all.stream();
  }

  private static String axes(String kind) {
    return kind.equals("optimizer")
        ? "{optimizer: [acme.moody, sgd]}"
        : "{optimizer: [sgd], " + kind + ": [acme.moody, none]}";
  }

  @ParameterizedTest(name = "{2} in {1} of the {0}")
  @MethodSource("aFailureOfEachMethod")
  void the_cells_of_a_failing_plugin_fail_by_name_and_the_others_finish(
      String kind, String method, String what) throws IOException {
    Path folder = temp.resolve(kind + "-" + method + "-" + what);
    Path jar = plugin.pack(folder.resolve("acme.jar"), kind, method, what);
    Plan plan = ToyRun.plan(registry(jar), axes(kind));
    List<String> reasons = new ArrayList<>();
    RunListener listener =
        event -> {
          if (event instanceof RunEvent.Failed failure) {
            reasons.add(plan.cell(failure.cell()).recipe() + ": " + failure.reason());
          }
        };
    assertThat(ToyRun.run(plan, folder.resolve("out"), listener))
        .as("finished, skipped, failed")
        .isEqualTo(new ExperimentRun.Summary(1, 0, 1));
    assertThat(reasons)
        .singleElement()
        .asString()
        .contains(" of 'acme.moody' (plugin acme-moody, " + jar + ")");
    assertThat(RunStatus.of(folder.resolve("out")).text()).contains("failed: ", jar.toString());
  }

  @Test
  void a_merger_acts_in_the_scoring_of_its_cell_and_not_in_a_stage_that_others_share()
      throws IOException {
    Path jar = plugin.pack(temp.resolve("act/acme.jar"), "merger", "apply", "exception");
    Plan plan = ToyRun.plan(registry(jar), axes("merger"));
    List<RunEvent> events = new ArrayList<>();
    ToyRun.run(plan, temp.resolve("act/out"), events::add);
    RunEvent failed =
        events.stream().filter(e -> e instanceof RunEvent.Failed).findFirst().orElseThrow();
    assertThat(events.get(events.indexOf(failed) - 1))
        .isInstanceOfSatisfying(
            RunEvent.Scoring.class,
            scoring -> assertThat(scoring.cell()).isEqualTo(((RunEvent.Failed) failed).cell()));
  }

  /** Built-in stand-ins and the plugin of a JAR. */
  private static PluginRegistry registry(Path jar) {
    List<Registered> all = new ArrayList<>(FakeComponents.registry().all());
    all.add(Plugins.withJar(jar).find("acme.moody"));
    return new PluginRegistry(all);
  }

  @Test
  void a_metric_that_fails_has_no_value_and_is_told_and_the_cell_has_its_result()
      throws IOException {
    Path jar = plugin.pack(temp.resolve("metric/acme.jar"), "metric", "of", "missing-class");
    Path out = temp.resolve("metric/out");
    Plan plan = ToyRun.plan(registry(jar), "{optimizer: [sgd]}");
    assertThat(ToyRun.run(plan, out, RunListener.NONE))
        .isEqualTo(new ExperimentRun.Summary(1, 0, 0));
    CellResult result = result(plan, out);
    assertThat(result.metrics().get("acme.moody")).isNaN();
    assertThat(result.metrics()).containsEntry("lost", -0.25);
    assertThat(result.failedMetrics()).containsOnlyKeys("acme.moody");
    assertThat(new MissingValues(Results.of(out)).failedMetrics())
        .singleElement()
        .asString()
        .startsWith(
            "metric 'acme.moody' has no value in 1 cell, "
                + result.id()
                + ": of() of 'acme.moody' (plugin acme-moody, "
                + jar
                + ") failed with");
    assertThat(result.components())
        .filteredOn(c -> c.id().equals("acme.moody"))
        .singleElement()
        .satisfies(
            c -> {
              assertThat(c.kind()).isEqualTo("metric");
              assertThat(c.jar()).isEqualTo("acme.jar");
            });

    Path mended = plugin.pack(temp.resolve("metric/mended.jar"), "metric", "none", "exception");
    Plan again = ToyRun.plan(registry(mended), "{optimizer: [sgd]}");
    ToyRun.Steps steps = new ToyRun.Steps();
    assertThat(ToyRun.run(again, out, steps)).isEqualTo(new ExperimentRun.Summary(0, 1, 0));
    assertThat(steps.steps).as("steps that are trained again").isEmpty();
    assertThat(result(again, out).components())
        .as("the JAR that computed the values that are there now")
        .filteredOn(c -> c.id().equals("acme.moody"))
        .extracting(CellResult.Source::jar)
        .containsExactly("mended.jar");
    assertThat(result(again, out).failedMetrics()).isEmpty();
    assertThat(result(again, out).metrics().get("acme.moody")).isFinite();
  }

  @Test
  void a_metric_that_gives_nan_has_no_value_and_the_rule_is_named() throws IOException {
    Path jar = plugin.pack(temp.resolve("nan/acme.jar"), "metric", "number", "nan");
    Path out = temp.resolve("nan/out");
    Plan plan = ToyRun.plan(registry(jar), "{optimizer: [sgd]}");
    ToyRun.run(plan, out, RunListener.NONE);
    CellResult result = result(plan, out);
    assertThat(result.metrics().get("acme.moody")).isNaN();
    assertThat(result.failedMetrics())
        .containsOnlyKeys("acme.moody")
        .hasEntrySatisfying(
            "acme.moody",
            why ->
                assertThat(why)
                    .isEqualTo(
                        "of() of 'acme.moody' gave NaN, and not a finite number or empty (rule"
                            + " MET-02)"));
    assertThat(new MissingValues(Results.of(out)).failedMetrics())
        .singleElement()
        .asString()
        .startsWith(
            "metric 'acme.moody' has no value in 1 cell, "
                + result.id()
                + ": of() of 'acme.moody' gave NaN");
  }

  private static CellResult result(Plan plan, Path out) {
    return CellResult.of(new FolderLayout(out).result(plan.cells().get(0).id()));
  }

  @Test
  void a_probe_that_fails_is_told_and_the_others_measure() throws IOException {
    Path jar = plugin.pack(temp.resolve("probe/acme.jar"), "probe", "measure", "overflow");
    Path out = temp.resolve("probe/out");
    Plan plan = NullProbe.added(ToyRun.plan(registry(jar), "{optimizer: [sgd]}"));
    ToyRun.run(plan, out, RunListener.NONE);
    List<String> failed = new ArrayList<>();
    ProbeListener listener =
        new ProbeListener() {
          @Override
          public void failed(String of, Component<Probe> probe, String reason) {
            failed.add(probe.id() + ": " + reason);
          }
        };
    try (ToySubject subject = new ToySubject()) {
      ProbeRun probes = new ProbeRun(plan, subject, out, new ProbeSample("", 4), listener);
      assertThat(ProbeRun.all(plan)).as("the plugin's and another").hasSize(2);
      assertThat(probes.measure(plan.cells(), ProbeRun.all(plan)))
          .singleElement()
          .extracting(ProbeResult::probe)
          .isEqualTo("null-probe");
    }
    assertThat(failed)
        .singleElement()
        .asString()
        .startsWith("acme.moody: measure of 'acme.moody' (plugin acme-moody, " + jar + ") failed");
  }
}
