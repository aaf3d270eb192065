package io.github.palimpsest.cli.train;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.adapter.PeftAdapter;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.cli.terminal.TrainingProgress;
import io.github.palimpsest.engine.TaskLoop;
import io.github.palimpsest.engine.TrainingStoppedException;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.execution.CellTiming;
import io.github.palimpsest.llm.peft.PeftDirectory;
import io.github.palimpsest.results.folder.Evaluations;
import io.github.palimpsest.results.folder.Fingerprint;
import io.github.palimpsest.results.folder.Json;
import io.github.palimpsest.results.folder.JsonFile;
import io.github.palimpsest.results.folder.LossLog;
import io.github.palimpsest.results.folder.TrainingInputs;
import io.github.palimpsest.results.folder.TrainingLayout;
import io.github.palimpsest.results.folder.TrainingRecord;
import io.github.palimpsest.storage.Folders;
import io.github.palimpsest.storage.OutputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * One training with one recipe, from the pretrained weights or a checkpoint to a saved model. A
 * training that was killed at any moment continues from its last checkpoint and ends with the same
 * bytes on the CPU.
 */
public final class TrainingRun {
  private final TrainingSubject subject;
  private final RunOptions options;
  private final TrainingLayout layout;

  public TrainingRun(TrainingSubject subject, RunOptions options) {
    this.subject = subject;
    this.options = options;
    this.layout = new TrainingLayout(subject.out());
  }

  /**
   * A finished training.
   *
   * @param out the folder of the model
   * @param record the record next to the model
   * @param losses the objective at every step
   */
  public record Trained(Path out, TrainingRecord record, List<LossLog.Row> losses) {
    /** Where the model is, and which weights it has. */
    public String text() {
      if (record.savedStep() == record.steps()) {
        return "saved in " + out;
      }
      return "saved in %s: the weights %s; those after step %d are in %s"
          .formatted(
              out,
              record.savedStep() == 0 ? "before training" : "after step " + record.savedStep(),
              record.steps(),
              TrainingLayout.last(out));
    }

    /** Adds the numbers of the training to an object for programs. */
    public void tell(ObjectNode told, RunOptions options) {
      told.put("steps", record.steps()).put("planned_steps", record.plannedSteps());
      ArrayNode some = told.putArray("losses");
      for (LossLog.Row row : losses) {
        if (TrainingProgress.hasLine(row.step(), record.plannedSteps(), options.logEvery)) {
          some.addObject().put("step", row.step()).put("loss", row.loss());
        }
      }
      told.put("saved_step", record.savedStep());
      if (record.bestStep() != null) {
        told.put("best_step", record.bestStep());
        told.set("evaluations", Json.tree(record.evaluations()));
      }
    }
  }

  /**
   * Refuses an output folder that cannot be written, before any data are read.
   *
   * @throws PalimpsestException if the model exists, or there is nothing to resume, or something
   *     that is not to be resumed
   */
  public static void check(Path out, RunOptions options) {
    options.check();
    UnfinishedFolder.check(new TrainingLayout(out), options.resume);
  }

  /**
   * Trains and saves the model.
   *
   * @param progress shows the training
   * @param interrupted whether to stop after the present step, with a checkpoint
   * @throws TrainingStoppedException if it was interrupted
   * @throws OutputException if something cannot be written; what has been trained is kept
   */
  public Trained run(TrainingProgress progress, BooleanSupplier interrupted) {
    if (options.resume) {
      UnfinishedFolder.begun(layout).operationThreads().ifPresent(this::share);
    }
    TrainingInputs inputs = subject.inputs(options);
    try (UnfinishedFolder unfinished = UnfinishedFolder.open(layout, options.resume, inputs)) {
      try {
        return run(unfinished, inputs, progress, interrupted);
      } catch (PalimpsestException e) {
        throw keeping(e, unfinished);
      }
    }
  }

  /** Takes another number of threads than this machine's; one that the user states stays. */
  private void share(int threads) {
    if (threads != subject.device().operationThreads(subject.model().parameters())) {
      Device.share(threads);
    }
  }

  private static PalimpsestException keeping(PalimpsestException e, UnfinishedFolder unfinished) {
    Optional<IOException> io = OutputException.behind(e);
    if (io.isEmpty()) {
      return e;
    }
    return new OutputException(
        e.getMessage()
            + (unfinished.hasCheckpoint()
                ? "; what is trained so far is in "
                    + unfinished.path()
                    + ": run the same command with --resume when it can be written"
                : ""),
        io.get());
  }

  private Trained run(
      UnfinishedFolder unfinished,
      TrainingInputs inputs,
      TrainingProgress progress,
      BooleanSupplier interrupted) {
    CellTiming timing = new CellTiming(options.resume);
    TaskLoop loop =
        new TaskLoop(
            subject.model(),
            subject.directory().weights(),
            subject.seats(),
            subject.training(),
            subject.seed(),
            List.of(subject.task()),
            subject.device(),
            unfinished.path());
    if (subject.adapterOut() != null) {
      adapter(loop); // refused now rather than after the training
    }
    if (loop.trainedTasks() == 0) {
      train(loop, unfinished, progress, timing, interrupted);
    }
    List<LossLog.Row> losses = LossLog.read(TrainingLayout.losses(unfinished.path()));
    TrainingRecord record = save(loop, losses, inputs, timing);
    unfinished.publish();
    return new Trained(subject.out(), record, losses);
  }

  private void train(
      TaskLoop loop,
      UnfinishedFolder unfinished,
      TrainingProgress progress,
      CellTiming timing,
      BooleanSupplier interrupted) {
    try (LossLog log = new LossLog(unfinished.path(), options.saveEvery, true);
        HeldOutLoss loss =
            new HeldOutLoss(subject.directory().model(), subject.device(), subject.heldOut())) {
      loop.train(
          new TrainingWatch(
              options,
              layout,
              subject.heldOut().isEmpty() ? null : loss,
              log,
              progress,
              LearningRate.of(subject.recipe()),
              timing,
              interrupted));
    }
  }

  private PeftAdapter adapter(TaskLoop loop) {
    return loop.adapter()
        .orElseThrow(
            () ->
                new PalimpsestException(
                    "--adapter-out: PEFT has no adapter like that of '" + subject.recipe() + "'"));
  }

  private TrainingRecord save(
      TaskLoop loop, List<LossLog.Row> losses, TrainingInputs inputs, CellTiming timing) {
    Evaluations evaluations =
        options.evaluates() ? Evaluations.read(layout.evaluations()) : Evaluations.NONE;
    long steps = losses.get(losses.size() - 1).step();
    Optional<Long> best = evaluations.best().map(Evaluations.Evaluation::step);
    long saved = options.savesBest() ? best.orElse(steps) : steps;
    Path model = layout.model();
    try {
      Folders.delete(model); // of a process that was killed while it wrote
      WeightSnapshot last = loop.weights();
      if (saved == steps) {
        save(model, last, TrainingCard.of(subject, steps, losses, evaluations));
      } else {
        loop.returnTo(saved);
        save(model, loop.weights(), TrainingCard.of(subject, saved, losses, evaluations));
        save(
            TrainingLayout.last(model), last, TrainingCard.of(subject, steps, losses, evaluations));
      }
      Files.copy(TrainingLayout.losses(layout.unfinished()), TrainingLayout.losses(model));
      TrainingRecord record =
          new TrainingRecord(
              TrainingRecord.FORMAT,
              subject.recipe().toString(),
              saved,
              steps,
              subject.plannedSteps(),
              losses.get(0).loss(),
              losses.get(losses.size() - 1).loss(),
              best.orElse(null),
              evaluations.evaluations(),
              subject.dataUse(),
              inputs.inputs(),
              subject.sources(),
              weights(model),
              timing.measured(subject.device().toString(), loop.gradientPasses()));
      JsonFile.writeSealed(TrainingLayout.record(model), record);
      if (subject.adapterOut() != null) {
        PeftDirectory.save(
            subject.adapterOut(),
            PeftDirectory.of(
                subject.directory().model().spec(),
                subject.directory().folder().toString(),
                adapter(loop)));
      }
      return record;
    } catch (IOException e) {
      throw new OutputException(model, e);
    }
  }

  private void save(Path model, WeightSnapshot weights, String card) {
    subject.directory().save(model, weights, options.dtype(), card);
  }

  private static Map<String, String> weights(Path model) throws IOException {
    TreeMap<String, String> hashes = new TreeMap<>();
    try (Stream<Path> all = Files.walk(model)) {
      for (Path file : all.filter(f -> f.toString().endsWith(".safetensors")).toList()) {
        hashes.put(model.relativize(file).toString().replace('\\', '/'), Fingerprint.of(file));
      }
    }
    return hashes;
  }
}
