package io.github.palimpsest.tck.checks;

import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.engine.Seats;
import io.github.palimpsest.engine.StepListener;
import io.github.palimpsest.engine.TaskLoop;
import io.github.palimpsest.engine.Training;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.tck.Finding;
import io.github.palimpsest.tck.rig.MiniLlama;
import io.github.palimpsest.tck.rig.PlainSteps;
import java.util.List;

/** The passes that a regularizer takes to track steps of plain descent, which takes one a step. */
final class TrackedPasses {
  private static final int STEPS = 2;

  private final RegularizerTrial trial;

  TrackedPasses(RegularizerTrial trial) {
    this.trial = trial;
  }

  void areDeclared() {
    MiniLlama model = trial.model();
    Seats plain = Seats.of(PlainSteps.of(1e-3));
    Seats adapted = trial.adapter().map(plain::with).orElse(plain);
    TaskLoop loop =
        new TaskLoop(
            model,
            model.start().snapshot(model.parameters()),
            adapted.with("0-subject", trial.subject().create()),
            Training.epochs(1, 1),
            7,
            List.of(
                TaskData.of(0, "task-0", MiniLlama.examples(0, STEPS)),
                TaskData.of(1, "task-1", MiniLlama.examples(1, STEPS))),
            Device.CPU,
            null);
    double declared = trial.subject().traits().cost().passesPerStep();
    for (int task = 0; task < 2; task++) {
      loop.train(StepListener.NONE);
      double taken = (double) loop.gradientPasses().orElseThrow() / STEPS - 1;
      int of = task;
      Expect.that(
          taken <= declared,
          () ->
              new Finding(
                  "task " + of + " of a Llama, plain descent of one pass a step",
                  "at most the " + declared + " further passes a step that are declared",
                  "" + taken,
                  "a request to the oracle in track that the optimizer did not make"));
    }
  }
}
