package io.github.palimpsest.execution;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.discovery.Plugins;
import io.github.palimpsest.api.discovery.Registered;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.testing.MoodyPlugin;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
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

  private static MoodyPlugin plugin;

  @BeforeAll
  static void compile() throws IOException {
    plugin = MoodyPlugin.compiled(temp.resolve("source"));
  }

  static Stream<Arguments> everyFailureOfARun() {
    return Stream.of("create", "phases", "phaseOf", "updates")
        .flatMap(m -> MoodyPlugin.THROWS.stream().map(t -> Arguments.of(m, t)));
  }

  @ParameterizedTest(name = "{1} in {0}")
  @MethodSource("everyFailureOfARun")
  void the_cells_of_a_failing_plugin_fail_by_name_and_the_others_finish(String method, String what)
      throws IOException {
    Path folder = temp.resolve(method + "-" + what);
    Path jar = plugin.pack(folder.resolve("acme.jar"), method, what);
    List<Registered> all = new ArrayList<>(FakeComponents.registry().all());
    all.add(Plugins.withJar(jar).find("acme.moody"));
    Plan plan = ToyRun.plan(new PluginRegistry(all), "{optimizer: [acme.moody, sgd]}");
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
        .startsWith("acme.moody: " + method + " of 'acme.moody' (plugin acme-moody, " + jar + ")");
  }
}
