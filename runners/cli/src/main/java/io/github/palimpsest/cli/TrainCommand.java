package io.github.palimpsest.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.data.DataCounts;
import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.discovery.Recipe;
import io.github.palimpsest.api.recipe.Value;
import io.github.palimpsest.cli.card.CommandText;
import io.github.palimpsest.cli.card.ModelCard;
import io.github.palimpsest.cli.option.DeviceOption;
import io.github.palimpsest.cli.option.DocumentOptions;
import io.github.palimpsest.cli.option.PluginOptions;
import io.github.palimpsest.cli.option.Ranged;
import io.github.palimpsest.cli.option.SlotOptions;
import io.github.palimpsest.cli.option.TrainingData;
import io.github.palimpsest.cli.terminal.ExitCode;
import io.github.palimpsest.cli.terminal.TrainingProgress;
import io.github.palimpsest.cli.train.HeldOut;
import io.github.palimpsest.cli.train.RunOptions;
import io.github.palimpsest.cli.train.StartAdapter;
import io.github.palimpsest.cli.train.TrainingRun;
import io.github.palimpsest.cli.train.TrainingSubject;
import io.github.palimpsest.engine.Seats;
import io.github.palimpsest.engine.Training;
import io.github.palimpsest.engine.TrainingStoppedException;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.engine.differentiation.LossChunk;
import io.github.palimpsest.engine.differentiation.Recompute;
import io.github.palimpsest.engine.weights.Compute;
import io.github.palimpsest.experiment.file.ExperimentFile;
import io.github.palimpsest.experiment.plan.ActingRecipe;
import io.github.palimpsest.experiment.plan.Clipping;
import io.github.palimpsest.llm.model.HuggingFaceDirectory;
import io.github.palimpsest.llm.text.DataFormats;
import io.github.palimpsest.llm.text.DataSource;
import io.github.palimpsest.llm.text.TextTokenizer;
import io.github.palimpsest.results.folder.Json;
import io.github.palimpsest.storage.NewFolder;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code train}: one recipe on one data file; the result is a Hugging Face directory. */
@Command(
    name = "train",
    description = "Trains a model on one data file and saves a Hugging Face directory.",
    mixinStandardHelpOptions = true)
final class TrainCommand implements Callable<Integer> {

  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "the model to start from")
  Path model = Path.of("");

  @Mixin TrainingData data = new TrainingData();

  @Option(names = "--out", required = true, paramLabel = "DIR", description = "a new folder")
  Path out = Path.of("");

  @Option(
      names = "--adapter-out",
      paramLabel = "DIR",
      description = "a new folder for the adapter alone, in PEFT's format")
  @Nullable Path adapterOut;

  @Option(
      names = "--adapter",
      paramLabel = "DIR",
      description =
          "a folder with a PEFT adapter for the model; training goes on from it, and the recipe has"
              + " no adapter of its own")
  @Nullable Path adapter;

  @Option(
      names = "--recipe",
      paramLabel = "TEXT",
      defaultValue = "adamw",
      description = "the recipe; default: ${DEFAULT-VALUE}")
  String recipe = "";

  @Mixin DocumentOptions documents = new DocumentOptions();

  @Option(
      names = "--epochs",
      converter = Ranged.Count.class,
      paramLabel = "N",
      defaultValue = "1",
      description = "passes over the data; default: ${DEFAULT-VALUE}")
  int epochs;

  @Option(
      names = "--steps",
      converter = Ranged.Steps.class,
      paramLabel = "N",
      description = "at most this number of steps")
  long steps;

  @Option(
      names = "--batch",
      converter = Ranged.Count.class,
      paramLabel = "N",
      defaultValue = "" + ExperimentFile.DEFAULT_BATCH,
      description = "documents per step; default: ${DEFAULT-VALUE}")
  int batch;

  @Option(
      names = "--accumulation",
      converter = Ranged.Count.class,
      paramLabel = "N",
      defaultValue = "1",
      description = "micro-batches per step; default: ${DEFAULT-VALUE}")
  int accumulation;

  @Option(
      names = "--towers",
      converter = Ranged.Count.class,
      paramLabel = "N",
      defaultValue = "1",
      description =
          "parts of a micro-batch that are computed side by side, each operation on one thread;"
              + " changes the last digits; default: ${DEFAULT-VALUE}")
  int towers;

  @Option(
      names = "--clip-norm",
      converter = Ranged.AtLeastZero.class,
      paramLabel = "X",
      description = "puts clip-norm(max=X, base=...) around the optimizer; default: 0, no limit")
  double clipNorm;

  @Option(
      names = "--compute",
      paramLabel = "TYPE",
      defaultValue = "float32",
      description = "products in float32 or bfloat16; default: ${DEFAULT-VALUE}")
  String compute = "float32";

  @Option(
      names = "--recompute",
      paramLabel = "WHAT",
      defaultValue = "auto",
      description =
          "activations to compute twice instead of keeping them: auto, nothing, wide, activations"
              + " or layers; default: ${DEFAULT-VALUE}")
  Recompute recompute = Recompute.AUTO;

  @Option(
      names = "--loss-chunk",
      converter = Ranged.CountOrNone.class,
      paramLabel = "N",
      description =
          "tokens of a micro-batch whose logits exist at the same time; 0: all, if their logits"
              + " take at most 268 MB, otherwise parts of 67 MB; default: 0")
  int lossChunk;

  @Mixin SlotOptions slots = new SlotOptions();

  @Option(
      names = "--max-length",
      converter = Ranged.Length.class,
      paramLabel = "N",
      description = "at most this number of tokens per document; default: the model's positions")
  int maxLength;

  @Option(
      names = "--seed",
      converter = Ranged.Seed.class,
      paramLabel = "N",
      defaultValue = "1",
      description = "seed of all random choices; default: ${DEFAULT-VALUE}")
  long seed;

  @Mixin RunOptions options = new RunOptions();

  @Mixin DeviceOption device = new DeviceOption();

  @Mixin PluginOptions plugins = new PluginOptions();

  @Option(
      names = "--json",
      description = "one object: what became of the data, steps, losses, where it is saved")
  boolean json;

  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    PluginRegistry registry = plugins.registry();
    StartAdapter start = adapter == null ? null : StartAdapter.open(adapter, registry);
    String text = start == null ? recipe : start.joined(recipe, registry);
    Recipe read = Clipping.around(registry.recipe(text), clipNorm, registry);
    Training training =
        new Training(epochs, steps, batch, accumulation, options.saveEvery())
            .with(Compute.parse(compute))
            .with(recompute)
            .with(new LossChunk(lossChunk))
            .with(slots.storage())
            .inTowers(towers);
    Optional<Value.Call> stated = documents.stated(DataFormats.of(registry));
    TrainingRun.check(out, options);
    requireAdapter(read);
    // a folder of a model has the model's own tensors and no others
    read.requireMergeable("'train' saves a model: train it in a grid with 'run'");
    Seats.of(read, training); // what cannot be combined is told before data are read
    HuggingFaceDirectory directory = HuggingFaceDirectory.open(model, registry);
    DataFormats formats = DataFormats.of(registry).with(directory.chatTemplates());
    int length = length(directory.model().spec().positions());
    PrintWriter err = spec.commandLine().getErr();
    idle(read).ifPresent(err::println);
    Device where = device.present().forTowers(towers);
    training.slots().notice(where).ifPresent(n -> err.println("palimpsest: " + n));
    where.layout(directory.model().parameters()); // too many devices are told before data are read
    ModelCard.notes(model).forEach(note -> err.println("palimpsest: " + note));
    try (TextTokenizer tokenizer = directory.tokenizer()) {
      documents.requireText(options.sources(data.source()), stated);
      DataSource.Read records = documents.of(data.source(), formats, stated);
      HeldOut split =
          HeldOut.of(options, records, file -> documents.heldOut(file, formats, stated));
      TrainingData.Prepared prepared =
          data.prepare(split.training(), records.weights(), split.counts(), tokenizer, length);
      TaskData task = prepared.task();
      DataCounts counts = prepared.counts();
      records.notes().sentences().forEach(err::println);
      documents.note(data.source(), records, counts, length).ifPresent(err::println);
      err.println(task.examples().size() + " examples; " + counts.text(length) + "; " + read);
      counts.heavyLoss(length).ifPresent(loss -> err.println("palimpsest: " + loss));
      ObjectNode told = Json.object().put("recipe", read.toString());
      told.put("examples", task.examples().size());
      if (records.notes().any()) {
        told.set("source", Json.tree(records.notes()));
      }
      formats
          .template(records.documents(), stated)
          .ifPresent(
              template -> {
                err.println("chats by the model's template, " + template);
                told.put("chat_template", template.sha256());
              });
      counts.byName().forEach(told.putObject("data")::put);
      TrainingSubject subject =
          new TrainingSubject(
              registry,
              directory,
              read,
              training,
              seed,
              where,
              length,
              task,
              counts,
              split.encoded(tokenizer, length),
              split.evaluationCounts(),
              out,
              adapterOut,
              start,
              options.files(data.files()),
              CommandText.of(spec.commandLine().getParseResult()));
      return train(new TrainingRun(subject, options), told);
    }
  }

  /** What the recipe has for later tasks only, which a single training does not have. */
  private static Optional<String> idle(Recipe read) {
    List<String> idle = ActingRecipe.idleInFirstTask(read);
    return idle.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "palimpsest: no effect in a single training: "
                + String.join(", ", idle)
                + (idle.size() == 1 ? " acts" : " act")
                + " from the second task of a run on");
  }

  private int train(TrainingRun run, ObjectNode told) {
    PrintWriter err = spec.commandLine().getErr();
    TrainingRun.Trained trained;
    try (TrainingProgress progress = options.progress(err);
        Interruption interruption = Interruption.heard(progress::print)) {
      trained = run.run(progress, interruption::stops);
    } catch (TrainingStoppedException e) {
      err.println(e.getMessage() + "; run the same command with --resume to continue");
      return ExitCode.INTERRUPTED;
    }
    err.println(trained.text());
    if (json) {
      trained.tell(told, options);
      told.put("saved", out.toString());
      if (adapterOut != null) {
        told.put("adapter", adapterOut.toString());
      }
      spec.commandLine().getOut().println(Json.text(told));
    }
    return ExitCode.OK;
  }

  private void requireAdapter(Recipe read) {
    if (adapterOut != null && (read.adapter().isEmpty() || !read.mergers().isEmpty())) {
      throw new PalimpsestException(
          "--adapter-out needs a recipe with an adapter and no merger, not '" + read + "'");
    }
    if (adapterOut != null) {
      NewFolder.requireAbsent(adapterOut, "adapters");
      NewFolder.requireApart("--out", out, "--adapter-out", adapterOut);
    }
  }

  private int length(int positions) {
    if (maxLength > positions) {
      throw new PalimpsestException(
          "--max-length=" + maxLength + " must be from 2 to the model's " + positions);
    }
    return maxLength == 0 ? positions : maxLength;
  }
}
