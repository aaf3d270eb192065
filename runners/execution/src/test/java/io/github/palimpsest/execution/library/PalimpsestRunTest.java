package io.github.palimpsest.execution.library;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.discovery.Plugins;
import io.github.palimpsest.execution.ExperimentRun;
import io.github.palimpsest.execution.RunListener;
import io.github.palimpsest.execution.RunSettings;
import io.github.palimpsest.experiment.file.Experiment;
import io.github.palimpsest.experiment.file.ExperimentFile;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.experiment.subject.LanguageSubject;
import io.github.palimpsest.results.folder.FolderLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program's experiment is the experiment of the file that says the same. */
@Tag("native")
class PalimpsestRunTest {
  private static final String FILE =
      """
      name: same
      model: quickstart
      tasks:
        - {name: facts, data: "quickstart:facts"}
        - {name: sorting, data: "quickstart:sorting"}
      training: {steps: 2, batch: 4}
      axes: {optimizer: [adamw(lr=1e-3)], regularizer: [ewc(lambda=10)]}
      seeds: [7]
      """;

  @TempDir Path temp;

  @Test
  void a_program_and_a_file_give_the_same_bytes() throws IOException {
    ExperimentResults results =
        Palimpsest.experiment("same")
            .model("quickstart")
            .task(Task.of("facts", "quickstart:facts"))
            .task(Task.of("sorting", "quickstart:sorting"))
            .recipe("adamw(lr=1e-3) + ewc(lambda=10)")
            .seeds(7)
            .steps(2)
            .batch(4)
            .run(temp.resolve("program"), RunListener.NONE);
    Experiment read = ExperimentFile.parse("same.yaml", FILE, temp, Map.of());
    Plan plan = Plan.of(read, Plugins.onClassPath());
    try (LanguageSubject subject = LanguageSubject.open(read, plan.registry())) {
      Path out = temp.resolve("file");
      ExperimentRun.run(plan, RunSettings.DEFAULT, subject, out, RunListener.NONE);
    }

    assertThat(results.failures()).isEmpty();
    RecipeResult result = results.of("adamw(lr=1e-3)+ewc(lambda=10)", 7);
    String id = plan.cells().get(0).id();
    assertThat(result.cell().id()).isEqualTo(id);
    assertThat(Files.readString(new FolderLayout(temp.resolve("program")).result(id)))
        .isEqualTo(Files.readString(new FolderLayout(temp.resolve("file")).result(id)));
    double[][] after = result.scores().after();
    assertThat(result.metric("forgetting"))
        .as("nats per token that task 1 has lost since it was trained: R[2, 1] - R[1, 1]")
        .isEqualTo(after[1][0] - after[0][0]);
    assertThatThrownBy(() -> result.metric("forgeting"))
        .hasMessageContaining("unknown metric 'forgeting'")
        .hasMessageContaining("forgetting");
    assertThatThrownBy(() -> results.of("sgd", 7))
        .hasMessageContaining("recipe 'sgd' has no result with seed 7");
  }

  @Test
  void a_device_that_the_machine_does_not_have_is_refused_and_not_replaced_by_the_cpu() {
    ExperimentBuilder experiment =
        Palimpsest.experiment("elsewhere")
            .model("quickstart")
            .task(Task.of("facts", "quickstart:facts"))
            .recipe("sgd")
            .steps(1)
            .batch(4)
            .device("gpu:99");
    assertThatThrownBy(experiment::run)
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("device 'gpu:99' does not exist on this machine")
        .hasMessageContaining("found: CPU:0");
  }
}
