package io.github.palimpsest.execution.pool;

import io.github.palimpsest.decoder.DecoderModel;
import io.github.palimpsest.execution.memory.MachineMemory;
import io.github.palimpsest.execution.memory.PlanMemory;
import io.github.palimpsest.experiment.file.Experiment;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.experiment.subject.ModelOrigin;
import io.github.palimpsest.experiment.subject.Subject;
import io.github.palimpsest.experiment.subject.Subjects;

/** The number of workers of a run that states none. */
public final class PoolSize {
  /** The most, whatever the machine. */
  public static final int MOST = 8;

  /** The part of the machine's memory that workers may need without having been asked for. */
  private static final int PART_OF_MEMORY = 2;

  private PoolSize() {}

  /**
   * As many workers as keep the processors of this machine busy, at most {@value #MOST}. A worker
   * of a small model keeps one busy, or one for each tower. One of a large model shares each
   * operation between all processors, so one worker is enough, as it is on a GPU. Together they
   * need at most half of the machine's memory; for a classifier it is not known, and the number 1.
   *
   * @param open the number of cells without a result, counted up to {@link #MOST}
   * @throws io.github.palimpsest.api.PalimpsestException if the model or its data cannot be opened
   */
  public static int of(Plan plan, int open) {
    return of(plan, open, Runtime.getRuntime().availableProcessors(), MachineMemory.bytes());
  }

  static int of(Plan plan, int open, int processors, long memory) {
    Experiment e = plan.experiment();
    int most = Math.min(open, Math.min(MOST, processors));
    if (most <= 1 || e.classifier().isPresent() || e.device().gpu() || e.device().several()) {
      return 1;
    }
    DecoderModel model = ModelOrigin.of(e).configured(plan.registry());
    int keptBusy = Math.max(e.device().operationThreads(model.parameters()), e.training().towers());
    int busy = Math.min(most, processors / keptBusy);
    return busy <= 1 ? 1 : fitting(plan, busy, memory);
  }

  private static int fitting(Plan plan, int most, long memory) {
    try (Subject subject = Subjects.open(plan.experiment(), plan.registry())) {
      long each =
          PlanMemory.of(plan, subject, most).map(m -> m.estimate().bytes()).orElse(Long.MAX_VALUE);
      return fitting(most, each, memory);
    }
  }

  /**
   * The number of workers that fit.
   *
   * @param most the number if there is room for all of them
   * @param each the predicted peak of each, in bytes
   * @param machine the memory of the machine, in bytes
   */
  static int fitting(int most, long each, long machine) {
    return (int) Math.max(1, Math.min(most, machine / PART_OF_MEMORY / each));
  }
}
