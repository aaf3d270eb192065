package io.github.palimpsest.cli.train;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.data.DataCounts;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.discovery.Recipe;
import io.github.palimpsest.decoder.DecoderModel;
import io.github.palimpsest.engine.Seats;
import io.github.palimpsest.engine.Training;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.engine.device.DeviceList;
import io.github.palimpsest.engine.differentiation.LossChunk;
import io.github.palimpsest.engine.weights.SlotType;
import io.github.palimpsest.experiment.plan.Origins;
import io.github.palimpsest.experiment.plan.SharedInputs;
import io.github.palimpsest.experiment.subject.LanguageSubject;
import io.github.palimpsest.experiment.subject.ModelFolder;
import io.github.palimpsest.llm.model.HuggingFaceDirectory;
import io.github.palimpsest.llm.score.ScoredText;
import io.github.palimpsest.results.folder.CellResult;
import io.github.palimpsest.results.folder.DataUse;
import io.github.palimpsest.results.folder.TrainingInputs;
import io.github.palimpsest.storage.IoReason;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is trained, on what, and how.
 *
 * @param registry the registry of all components
 * @param directory the model to start from
 * @param recipe the recipe
 * @param training epochs, steps, batches, checkpoints
 * @param seed the seed of all random streams
 * @param device the device to train on
 * @param length the largest number of tokens of an example
 * @param task the training examples
 * @param counts the use of the records of the training data
 * @param heldOut the held-out documents; empty if there are none
 * @param heldOutCounts the use of the records of a file of held-out data; null without one
 * @param out the folder of the trained model
 * @param adapterOut the folder of the adapter alone, if it is asked for
 * @param start the adapter that training goes on from, if there is one; the recipe contains it
 * @param files the files of the data
 * @param command the text of the command, for the model card
 */
public record TrainingSubject(
    PluginRegistry registry,
    HuggingFaceDirectory directory,
    Recipe recipe,
    Training training,
    long seed,
    Device device,
    int length,
    TaskData task,
    DataCounts counts,
    List<ScoredText> heldOut,
    @Nullable DataCounts heldOutCounts,
    Path out,
    @Nullable Path adapterOut,
    @Nullable StartAdapter start,
    List<Path> files,
    String command) {

  /** The components of the recipe, with the values of the adapter to go on from. */
  Seats seats() {
    Seats seats = Seats.of(recipe);
    return start == null ? seats : seats.with(start.adapter());
  }

  /** The model, in the form that takes packs if the examples are packs. */
  DecoderModel model() {
    boolean packs = task.examples().get(0).fields().containsKey(DecoderModel.POSITIONS);
    return packs ? directory.model().packed() : directory.model();
  }

  /** Everything that determines the weights, and the losses that are recorded with them. */
  TrainingInputs inputs(RunOptions options) {
    TreeMap<String, String> all = new TreeMap<>();
    all.put("model", new ModelFolder(directory.folder()).sha256());
    all.put("recipe", recipe.toString());
    if (start != null) {
      all.put("adapter", start.sha256());
    }
    all.put("data", sha256(task.examples()));
    if (task.bucket() > 0) {
      all.put("buckets", "" + task.bucket());
    }
    all.put("epochs", "" + training.epochs());
    all.put("steps", "" + training.maxSteps());
    all.put("batch", "" + training.batchSize());
    all.put("accumulation", "" + training.accumulation());
    all.put("compute", training.compute().toString());
    all.put("recompute", training.recompute().toString());
    if (!training.lossChunk().equals(LossChunk.AUTO)) {
      all.put("loss-chunk", "" + training.lossChunk().tokens());
    }
    if (training.towers() > 1) {
      all.put("towers", "" + training.towers());
    }
    if (training.slots().type() != SlotType.FLOAT32) { // their place changes no number
      all.put("slots", training.slots().type().toString());
    }
    all.put("max-length", "" + length);
    all.put("seed", "" + seed);
    all.put("device", device.gpu() ? "gpu" : "cpu");
    if (!device.gpu()) {
      all.put(
          TrainingInputs.OPERATION_THREADS,
          "" + device.operationThreads(directory.model().parameters()));
    }
    if (options.evaluates()) {
      all.put("held-out", sha256(heldOut.stream().map(ScoredText::whole).toList()));
      all.put("eval-every", "" + options.evalEvery);
      all.put("eval-batch", "" + LanguageSubject.EVALUATION_BATCH);
      all.put("saved", options.savesBest() ? "best" : "last");
      all.put("stop-after", "" + options.stopAfter);
      all.put("min-improvement", "" + options.minImprovement);
    }
    all.put(TrainingInputs.TENSORFLOW_JAVA, SharedInputs.tensorflowVersion());
    all.put("tensorflow-runtime", DeviceList.version());
    all.putAll(SharedInputs.code());
    sources().forEach(s -> all.put("component." + s.id(), s.sha256()));
    return new TrainingInputs(all);
  }

  /** The use of the records of all data. */
  DataUse dataUse() {
    TreeMap<String, DataCounts> evaluated = new TreeMap<>();
    if (heldOutCounts != null) {
      evaluated.put("eval-data", heldOutCounts);
    }
    return DataUse.of(length, new TreeMap<>(Map.of("data", counts)), evaluated);
  }

  /** The steps that the schedules are made for. */
  long plannedSteps() {
    int size = task.examples().size();
    return training.steps(
        size,
        Seats.of(recipe)
            .rehearsal()
            .map(r -> r.extraBatches(0, size, training.batchSize()))
            .orElse(0L));
  }

  /** The origin of each component of the recipe. */
  List<CellResult.Source> sources() {
    Origins origins = new Origins(registry);
    return Origins.all(recipe).stream().map(origins::source).toList();
  }

  private static String sha256(List<Example> examples) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      DataOutputStream out =
          new DataOutputStream(new DigestOutputStream(OutputStream.nullOutputStream(), digest));
      for (Example e : examples) {
        e.write(out);
      }
      out.flush();
      return HexFormat.of().formatHex(digest.digest());
    } catch (IOException e) {
      throw new PalimpsestException("the examples cannot be read: " + IoReason.of(e), e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
