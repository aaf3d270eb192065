package io.github.palimpsest.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.probe.Probe;
import io.github.palimpsest.engine.Seats;
import io.github.palimpsest.execution.probe.ProbeListener;
import io.github.palimpsest.execution.probe.ProbeRun;
import io.github.palimpsest.execution.probe.StageProbeRun;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.experiment.plan.Stage;
import io.github.palimpsest.experiment.plan.StageLoops;
import io.github.palimpsest.results.folder.StageProbe;
import io.github.palimpsest.storage.DamagedFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Probes after a stage and before the next one. */
@Tag("native")
class StageProbeTest {
  @TempDir Path temp;

  /** Two cells, which share the first task: the merger acts after it. */
  private final Plan plan =
      NullProbe.added(ToyRun.plan("{optimizer: [sgd], merger: [none, wise-ft]}"));

  private final Heard heard = new Heard();

  /** What a listener heard. */
  private static final class Heard implements ProbeListener {
    final List<String> begun = new ArrayList<>();
    final List<String> failed = new ArrayList<>();
    final List<String> damaged = new ArrayList<>();

    @Override
    public void begun(String of, Component<Probe> probe, long passes) {
      begun.add(of);
    }

    @Override
    public void failed(String of, Component<Probe> probe, String reason) {
      failed.add(of + ": " + reason);
    }

    @Override
    public void damaged(String message) {
      damaged.add(message);
    }
  }

  @BeforeEach
  void run() {
    ToyRun.run(plan, temp, RunListener.NONE);
  }

  private List<StageProbe> measured(ToySubject subject) {
    StageProbeRun run = new StageProbeRun(plan, subject, temp, 4, heard);
    return run.measure(run.stages(plan.cells()), ProbeRun.all(plan));
  }

  @Test
  void a_shared_stage_is_measured_once_on_its_own_data_and_kept() throws IOException {
    try (ToySubject subject = new ToySubject()) {
      Stage first = new StageProbeRun(plan, subject, temp, 4, heard).stages(plan.cells()).get(0);
      StageProbe probe = measured(subject).get(0);
      assertThat(heard.begun).as("once for both cells").containsExactly(first.id());
      assertThat(List.of(probe.stage(), probe.recipe(), probe.first(), probe.probe(), probe.on()))
          .containsExactly(first.id(), "sgd", "sgd", "null-probe", "a");
      assertThat(probe.task()).isEqualTo(1);
      assertThat(probe.examples()).isEqualTo(4);
      assertThat(probe.values()).isEqualTo(Map.of("one", 1.0));
      assertThat(probe.cost().passes()).as("this probe makes none").isZero();
      assertThat(probe.loss()).isPositive();
      assertThat(probe.distance()).isCloseTo(moved(subject, first), within(1e-12));
      assertThat(measured(subject)).containsExactly(probe);
      assertThat(heard.begun).as("nothing is measured twice").hasSize(1);
      assertThat(StageProbe.of(temp)).containsExactly(probe);
      Path file = StageProbe.files(temp, first.id()).get(0);
      Files.write(file, new byte[] {1});
      assertThat(FolderCheck.all(temp))
          .extracting(DamagedFileException::file)
          .containsExactly(file);
      StageProbe again = measured(subject).get(0);
      assertThat(heard.damaged).singleElement().asString().contains(file.toString());
      assertThat(again.values()).isEqualTo(probe.values());
      assertThat(again.loss()).isEqualTo(probe.loss());
    }
  }

  /** The Euclidean distance of a stage's weights from those before it. */
  private double moved(ToySubject subject, Stage first) {
    WeightSnapshot after =
        new StageLoops(plan, subject)
            .loop(first, Seats.of(first.recipe()), temp.resolve("stages").resolve(first.id()))
            .weights();
    WeightSnapshot before = subject.pretrained(first.seed());
    double squares = 0;
    for (String name : after.names()) {
      for (int i = 0; i < after.copy(name).length; i++) {
        squares += Math.pow((double) after.copy(name)[i] - before.copy(name)[i], 2);
      }
    }
    return Math.sqrt(squares);
  }

  @Test
  void a_stage_without_its_state_is_told_and_a_cell_without_weights_is_refused()
      throws IOException {
    try (ToySubject subject = new ToySubject()) {
      StageProbeRun run = new StageProbeRun(plan, subject, temp, 4, heard);
      Stage first = run.stages(plan.cells()).get(0);
      Files.delete(temp.resolve("stages").resolve(first.id()).resolve("task.checkpoint"));
      assertThat(measured(subject)).isEmpty();
      assertThat(heard.failed)
          .singleElement()
          .asString()
          .startsWith(first.id() + ": the state of this stage was removed to save space");
      Path nowhere = temp.resolve("nowhere");
      assertThatThrownBy(
              () -> new StageProbeRun(plan, subject, nowhere, 4, heard).stages(plan.cells()))
          .hasMessageContaining("has no weights in '" + nowhere);
    }
  }
}
