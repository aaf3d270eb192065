package io.github.palimpsest.cli.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.random.Streams;
import io.github.palimpsest.cli.Main;
import io.github.palimpsest.cli.terminal.ExitCode;
import io.github.palimpsest.decoder.DecoderModel;
import io.github.palimpsest.decoder.config.FamilyConfig;
import io.github.palimpsest.engine.weights.SlotStorage;
import io.github.palimpsest.execution.memory.MachineMemory;
import io.github.palimpsest.execution.memory.MemoryEstimate;
import io.github.palimpsest.execution.memory.PlanMemory;
import io.github.palimpsest.execution.pool.Whereabouts;
import io.github.palimpsest.experiment.file.Experiment;
import io.github.palimpsest.experiment.file.ExperimentFile;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.experiment.subject.LanguageSubject;
import io.github.palimpsest.llm.model.NewDirectory;
import io.github.palimpsest.llm.safetensors.Dtype;
import io.github.palimpsest.storage.Folders;
import io.github.palimpsest.storage.JavaCommand;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * Runs of models with random weights, each in a process of its own, whose peak memory is compared
 * with the predicted one. A run trains two tasks for two steps each and scores 16 examples of each
 * before and after, as {@code run} does.
 */
final class MemoryBench {
  /** A kind of recipe. */
  enum Kind {
    /** All weights by AdamW. */
    FULL("adamw", "none"),
    /** A LoRA of rank 8 on each kernel by AdamW. */
    LORA("adamw", "'lora(rank=8, target=\".*_proj\\\\.weight\")'"),
    /** All weights by SAM around AdamW. */
    SAM("sam", "none");

    private final String optimizer;
    private final String strategy;

    Kind(String optimizer, String strategy) {
      this.optimizer = optimizer;
      this.strategy = strategy;
    }

    /** The word on the command line. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The tolerated difference between prediction and measurement, as a share. */
  static final double TOLERANCE = 0.15;

  private static final int EXAMPLES = 16;
  private static final List<String> SPECIAL = List.of("<unk>", "<s>", "</s>");
  private static final int POLL_MILLIS = 20;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;
  private final PluginRegistry registry;
  private final int lossChunk;
  private final boolean bfloat16;
  private final SlotStorage slots;

  MemoryBench(
      Path folder, PluginRegistry registry, int lossChunk, boolean bfloat16, SlotStorage slots) {
    this.folder = folder.toAbsolutePath();
    this.registry = registry;
    this.lossChunk = lossChunk;
    this.bfloat16 = bfloat16;
    this.slots = slots;
  }

  /**
   * A prediction and a measurement.
   *
   * @param shape of the model
   * @param recipe the kind of recipe
   * @param predicted bytes
   * @param measured bytes; 0 if nothing was run
   * @param ratio of the prediction to the measurement; 0 if nothing was run
   * @param parts of the prediction
   */
  record Compared(
      String shape,
      String recipe,
      long predicted,
      long measured,
      double ratio,
      List<MemoryEstimate.Part> parts) {
    boolean within() {
      return measured == 0 || Math.abs(ratio - 1) <= TOLERANCE;
    }
  }

  /**
   * Predicts and measures a run.
   *
   * @param only whether to predict only
   * @throws PalimpsestException if the run fails, or would need more than the machine has
   */
  Compared compared(BenchShape shape, Kind kind, boolean only) {
    Path model = model(shape);
    Path file = experiment(shape, kind, model);
    Experiment read = ExperimentFile.read(file, Map.of());
    Plan plan = Plan.of(read, registry);
    MemoryEstimate estimate;
    try (LanguageSubject subject = LanguageSubject.open(read, registry)) {
      estimate = PlanMemory.of(plan, subject, 1).orElseThrow().estimate();
    }
    long predicted = estimate.bytes();
    long measured = 0;
    if (!only) {
      MachineMemory.warning(1, predicted, MachineMemory.bytes())
          .ifPresent(
              w -> {
                throw new PalimpsestException("not run: " + w);
              });
      measured = peak(file, folder.resolve("out-" + shape.name() + "-" + kind.name()));
    }
    double ratio = measured == 0 ? 0 : StepBench.rounded((double) predicted / measured, 1000);
    return new Compared(
        shape.name(), kind.toString(), predicted, measured, ratio, estimate.parts());
  }

  private Path model(BenchShape shape) {
    Path model = folder.resolve(shape.name() + (bfloat16 ? "-bfloat16" : ""));
    if (Files.exists(model)) {
      return model;
    }
    try {
      Path tokenizer = Files.createDirectories(folder.resolve("tokenizer-" + shape.name()));
      FamilyConfig family = FamilyConfig.of(registry.family("llama"));
      DecoderModel decoder =
          new DecoderModel(family.read("the shape", family.write(shape.decoder())));
      writeTokenizer(tokenizer, shape.vocabulary());
      WeightSnapshot weights = RandomWeights.of(decoder.parameters(), 1);
      NewDirectory.save(
          model,
          family,
          decoder,
          bfloat16 ? RandomWeights.inBfloat16(weights) : weights,
          Dtype.F32,
          tokenizer);
      return model;
    } catch (IOException e) {
      throw new PalimpsestException("cannot write to '" + folder + "': " + e.getMessage(), e);
    }
  }

  /** A tokenizer whose tokens are the words w0, w1, ... */
  private static void writeTokenizer(Path tokenizer, int vocabulary) throws IOException {
    ObjectNode json = JSON.createObjectNode().put("version", "1.0");
    for (int id = 0; id < SPECIAL.size(); id++) {
      json.withArray("/added_tokens")
          .addObject()
          .put("id", id)
          .put("content", SPECIAL.get(id))
          .put("single_word", false)
          .put("lstrip", false)
          .put("rstrip", false)
          .put("normalized", false)
          .put("special", true);
    }
    json.putObject("pre_tokenizer").put("type", "WhitespaceSplit");
    ObjectNode model = json.putObject("model").put("type", "WordLevel");
    model.put("unk_token", SPECIAL.get(0));
    ObjectNode words = model.putObject("vocab");
    for (int id = 0; id < vocabulary; id++) {
      words.put(id < SPECIAL.size() ? SPECIAL.get(id) : "w" + id, id);
    }
    ObjectNode config = JSON.createObjectNode();
    config.put("tokenizer_class", "PreTrainedTokenizerFast").put("eos_token", SPECIAL.get(2));
    Files.writeString(tokenizer.resolve("tokenizer.json"), json.toString());
    Files.writeString(tokenizer.resolve("tokenizer_config.json"), config.toString());
  }

  private Path experiment(BenchShape shape, Kind kind, Path model) {
    try {
      Path train = data("train", shape);
      Path test = data("test", shape);
      StringBuilder text =
          new StringBuilder("name: memory\nmodel: " + quoted(model) + "\ntasks:\n");
      for (String task : List.of("first", "second")) {
        text.append(
            "  - {name: %s, data: %s, test: %s, format: instructions, template: plain}%n"
                .formatted(task, quoted(train), quoted(test)));
      }
      text.append(
          "training: {steps: 2, batch: %d, max-length: %d, loss-chunk: %d, slots: %s, slots-place: %s}%n"
              .formatted(shape.batch(), shape.tokens(), lossChunk, slots.type(), slots.place()));
      text.append(
          "axes:%n  optimizer: [%s]%n  strategy: [%s]%nseeds: [1]%n"
              .formatted(kind.optimizer, kind.strategy));
      return Files.writeString(folder.resolve(shape.name() + "-" + kind.name() + ".yaml"), text);
    } catch (IOException e) {
      throw new PalimpsestException("cannot write to '" + folder + "': " + e.getMessage(), e);
    }
  }

  private static String quoted(Path path) {
    return JSON.getNodeFactory().textNode(path.toString()).toString();
  }

  /** Records of random words, each at least as long as an example of the shape. */
  private Path data(String name, BenchShape shape) throws IOException {
    RandomGenerator rng = Streams.stream(1, "memory-" + name, 0, 0);
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < Math.max(EXAMPLES, shape.batch()); i++) {
      ObjectNode record = JSON.createObjectNode();
      record.put("instruction", words(rng, shape)).put("output", words(rng, shape));
      lines.append(record).append('\n');
    }
    return Files.writeString(folder.resolve(shape.name() + "-" + name + ".jsonl"), lines);
  }

  private static String words(RandomGenerator rng, BenchShape shape) {
    StringJoiner words = new StringJoiner(" ");
    rng.ints(shape.tokens() / 2, SPECIAL.size(), shape.vocabulary())
        .forEach(w -> words.add("w" + w));
    return words.toString();
  }

  /** The peak of a run, all of which is one process. */
  private long peak(Path file, Path out) {
    try {
      if (Files.exists(out)) {
        Folders.delete(out);
      }
      List<String> options = new ArrayList<>(Whereabouts.jvmOptions());
      options.removeIf(o -> o.startsWith("-Dpalimpsest.command"));
      List<String> arguments = List.of("run", file.toString(), "--out", out.toString(), "--json");
      Process run =
          new ProcessBuilder(
                  JavaCommand.of(Main.class.getName(), arguments)
                      // as bin/palimpsest has them; a larger heap is not collected
                      .with("-Xms32m", "-XX:-ShrinkHeapInSteps")
                      .with(options)
                      .words())
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(folder.resolve("log.txt").toFile())
              .start();
      long peak = 0;
      do {
        // the run resets its peak from time to time
        peak = Math.max(peak, highest(run.pid()));
      } while (!run.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS));
      if (run.exitValue() != ExitCode.OK) {
        throw new PalimpsestException(
            "the run ended with exit code "
                + run.exitValue()
                + "; see "
                + folder.resolve("log.txt"));
      }
      if (peak == 0) {
        throw new PalimpsestException("this system does not say how much memory a process takes");
      }
      return peak;
    } catch (IOException e) {
      throw new PalimpsestException("a run cannot be started: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PalimpsestException("interrupted", e);
    }
  }

  private static long highest(long process) {
    Path status = Path.of("/proc", Long.toString(process), "status");
    try {
      return Files.readAllLines(status, StandardCharsets.US_ASCII).stream()
          .filter(l -> l.startsWith("VmHWM:"))
          .mapToLong(l -> Long.parseLong(l.replaceAll("\\D", "")) * 1024)
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      return 0; // it has ended
    }
  }
}
