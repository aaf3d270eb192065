package io.github.palimpsest.experiment.file;

import static io.github.palimpsest.experiment.file.Form.Key.of;
import static io.github.palimpsest.experiment.file.Form.Key.required;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.engine.differentiation.Recompute;
import io.github.palimpsest.engine.weights.Compute;
import io.github.palimpsest.engine.weights.SlotPlace;
import io.github.palimpsest.engine.weights.SlotType;
import io.github.palimpsest.llm.example.Truncation;
import io.github.palimpsest.llm.format.PromptTemplate;
import io.github.palimpsest.llm.layout.OnBadRecord;
import io.github.palimpsest.results.folder.Json;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The keys of an experiment file and their values: the single source for the checks of the reader
 * and for the JSON Schema.
 */
public final class ExperimentKeys {
  private static final Form.One TEXT = new Form.Text();
  private static final Form.One COUNT = new Form.Whole(1, Integer.MAX_VALUE);

  private static final Form.One RECIPE =
      new Form.Parsed("\\s*[A-Za-z][^$]*", ExperimentFile::level);

  /** The value of a setting; a sweep has several. */
  private static final Form.One VALUE = new Form.Text();

  static final List<String> TEMPLATES =
      Arrays.stream(PromptTemplate.values()).map(PromptTemplate::toString).toList();

  static final Form.Section SET =
      documents("the name in scores and reports")
          .plus(
              of("measure", RECIPE, "the measure it is scored with; default: nats-per-token")
                  .example("exact-match"),
              of(
                      "max-new-tokens",
                      new Form.Whole(1, 4096),
                      "largest number of tokens of a generated answer; default: that of the"
                          + " measure")
                  .example("8"),
              of("test-examples", COUNT, "at most this number of examples to score; default: all")
                  .example("200"));

  private static final Form.Key MAX_TOKENS =
      of(
              "max-tokens",
              new Form.Whole(1, Long.MAX_VALUE),
              "at most this number of tokens of training examples together; default: all")
          .example("1000000");

  private static final Form.Key TRUNCATION =
      of(
              "truncation",
              Form.Word.of(Truncation.class),
              "side on which a training document that is too long is cut off; default: right")
          .example("left");

  static final Form.Section TASK =
      SET.plus(
          of("examples", COUNT, "at most this number of training examples; default: all")
              .example("2000"),
          MAX_TOKENS,
          TRUNCATION,
          of("held-out", COUNT, "number of records held out for evaluation").example("100"),
          of("test", TEXT, "a separate file for evaluation instead").example("test.jsonl"),
          of("test-filter", TEXT, "an SQL condition on its columns")
              .example("length(response) < 200"),
          of("test-limit", COUNT, "at most this number of its records; default: all")
              .example("100"));

  static final Form.Section CORPUS =
      documents("the name in reports")
          .plus(
              of("examples", COUNT, "at most this number of examples; default: all").example("500"),
              MAX_TOKENS,
              TRUNCATION);

  /** The keys that locate documents and describe their format. */
  private static Form.Section documents(String name) {
    return new Form.Section(
        List.of(
            required("name", TEXT, name).example("stories"),
            required(
                    "data",
                    new DataForm(),
                    "a file, a folder, quickstart:NAME, or several files with weights")
                .example("train.jsonl"),
            of("format", FormatText.FORM, "format of the file; default: auto")
                .example("instructions"),
            of(
                    "template",
                    new Form.Word(TEMPLATES),
                    "template that turns an instruction into a prompt; default: that of the format")
                .example("plain"),
            of(
                    "separator",
                    new Form.AnyText(),
                    "separator between the documents of a text; default: none, a file is one"
                        + " document")
                .example("'<|endoftext|>'"),
            of("filter", TEXT, "an SQL condition on the columns of a table of data")
                .example("length(response) > 200"),
            of(
                    "columns",
                    new Form.Named(TEXT),
                    "the column that stands for each key of the format, if it has another name")
                .example("{prompt: question, response: answer}"),
            of(
                    "on-bad-record",
                    Form.Word.of(OnBadRecord.class),
                    "whether a record that cannot be read fails or is skipped and counted; default:"
                        + " fail")
                .example("skip"),
            of("limit", COUNT, "at most this number of records of the file; default: all")
                .example("1000"),
            of(
                    "windows",
                    new Form.Flag(),
                    "cut long documents into several examples; default: false")
                .example("true")));
  }

  static final Form.Section TRAINING =
      new Form.Section(
          List.of(
              of(
                      "epochs",
                      COUNT,
                      "passes over a task's examples; default: 1, or as many as 'steps' needs")
                  .example("3"),
              of(
                      "steps",
                      COUNT,
                      "at most this number of steps per task; default: those of the epochs")
                  .example("200"),
              of("batch", COUNT, "examples per step; default: 8").example("16"),
              of("accumulation", COUNT, "micro-batches per step; default: 1").example("4"),
              of(
                      "towers",
                      COUNT,
                      "parts of a micro-batch that a step computes side by side, each operation on"
                          + " one thread; changes the last digits; default: 1")
                  .example("2"),
              of(
                      "max-length",
                      new Form.Whole(2, Integer.MAX_VALUE),
                      "largest number of tokens of an example; default: the context of the model,"
                          + " 128 for a classifier")
                  .example("256"),
              of(
                      "pack",
                      new Form.Flag(),
                      "join short examples up to max-length; none attends to another; default:"
                          + " false")
                  .example("true"),
              of(
                      "buckets",
                      new Form.Whole(0, 100_000),
                      "number of batches whose examples are sorted by length together, so that each"
                          + " has similar lengths; 0 for any lengths; default: 0")
                  .example("50"),
              of(
                      "clip-norm",
                      new Form.Real(0),
                      "puts clip-norm(max=...) around each optimizer; 0 for none; default: 0")
                  .example("1"),
              of(
                      "checkpoint-every",
                      new Form.Whole(0, Integer.MAX_VALUE),
                      "steps between checkpoints; 0 for none within a task; default: 100")
                  .example("50"),
              of(
                      "evaluation-points",
                      new Form.Whole(0, 1000),
                      "evenly spaced points of each stage at which its task, the earlier tasks and"
                          + " the evaluation sets are scored; changes no weights; default: 0")
                  .example("10"),
              of(
                      "compute",
                      Form.Word.of(Compute.class),
                      "precision of products with weights; default: float32")
                  .example("bfloat16"),
              of(
                      "recompute",
                      Form.Word.of(Recompute.class),
                      "activations that are computed twice instead of kept; auto: wide for models"
                          + " of 67 million parameters or more, activations from 537 million on;"
                          + " default: auto")
                  .example("layers"),
              of(
                      "loss-chunk",
                      new Form.Whole(0, Integer.MAX_VALUE),
                      "tokens of a micro-batch whose logits exist at the same time; 0: all, if"
                          + " their logits take at most 268 MB, otherwise parts of 67 MB; default:"
                          + " 0")
                  .example("512"),
              of(
                      "slots",
                      Form.Word.of(SlotType.class),
                      "type in which the state of the optimizer is stored between steps; bfloat16"
                          + " by stochastic rounding; default: float32")
                  .example("bfloat16"),
              of(
                      "slots-place",
                      Form.Word.of(SlotPlace.class),
                      "memory in which the state of the optimizer is between steps; host is for"
                          + " GPUs and changes no number; default: device")
                  .example("host")));

  private static final Map<String, String> LEVELS =
      Map.of(
          "optimizer",
          "[adamw(lr=1e-4), \"sam(rho=0.02, base=adamw(lr=1e-4))\"]",
          "adapter",
          "[none, lora(rank=8)]",
          "regularizer",
          "{levels: [none, ewc], lambda: [100, 1000]}",
          "rehearsal",
          "[none, replay(ratio=0.25)]",
          "merger",
          "[none, wise-ft(alpha=0.5)]",
          Axis.MIXED,
          "[none, ewc(lambda=100), replay(ratio=0.25)]");

  static final Form.Section AXES =
      new Form.Section(
          Axis.names().stream()
              .map(
                  name ->
                      new Form.Key(
                          name,
                          new LevelsForm(RECIPE, VALUE),
                          name.equals("optimizer"),
                          name.equals(Axis.MIXED)
                              ? "levels of any kind, each in the place of its kind; none adds"
                                  + " nothing"
                              : "levels of kind " + name + "; none adds nothing",
                          Objects.requireNonNull(LEVELS.get(name))))
              .toList());

  static final Form.Section BUDGET =
      new Form.Section(
          List.of(
              required(
                      "equal",
                      Form.Word.of(Budget.class),
                      "quantity that is equal for all cells; with compute, two passes per step"
                          + " halve the steps")
                  .example("compute")));

  static final Form.Section DESIGN =
      new Form.Section(
          List.of(
              of(
                      "fraction",
                      new Form.Parsed("1/[0-9]+", DesignReader::halvings),
                      "share of a full grid whose factors have two levels")
                  .example("1/2"),
              of("resolution", new Form.Whole(3, 16), "smallest resolution of the fraction")
                  .example("4"),
              of(
                      "generators",
                      new Form.Some(new Form.Parsed("[^=]+=[^=]+", DesignReader::generator), 1),
                      "axes that are products of others; default: the best ones")
                  .example("rehearsal = optimizer * adapter"),
              of("random", COUNT, "number of recipes drawn at random").example("20"),
              of(
                      "seed",
                      new Form.Whole(Long.MIN_VALUE, Long.MAX_VALUE),
                      "seed of the draw; default: 0")
                  .example("7")));

  static final Form.Section ANALYSIS =
      new Form.Section(
          List.of(
              of(
                      "primary",
                      new Form.Some(TEXT, 1),
                      "the outcomes whose main effects are claimed, as one family: metrics, or"
                          + " 'drift of SET'; default: forgetting")
                  .example("[forgetting, average-score]"),
              of(
                      "margin",
                      new Form.Real(0),
                      "the largest difference that does not matter, in the unit of the outcomes")
                  .example("0.05")));

  public static final Form.Section FILE =
      new Form.Section(
          List.of(
              of("name", TEXT, "for listings and the default output folder").example("stories"),
              of("variables", new Form.Named(new Form.AnyText()), "${NAME} represents the value")
                  .example("{shared: ../shared, steps: 200}"),
              required(
                      "model",
                      new Form.OneOr(TEXT, List.of(FreshClassifier.SECTION, FreshDecoder.SECTION)),
                      "a Hugging Face directory, or quickstart, or a classifier or decoder to make")
                  .example("../models/SmolLM2-135M"),
              required("tasks", new Form.Entries(TASK, 1), "trained one after another")
                  .example("[{name: alpaca, data: alpaca.jsonl, held-out: 100}]"),
              of("evaluation", new Form.Entries(SET, 0), "measured, and never trained on")
                  .example("[{name: stories, data: stories.txt, format: text}]"),
              of(
                      "allow-overlap",
                      new Form.Flag(),
                      "whether evaluation examples may be training examples, which are counted;"
                          + " default: false")
                  .example("true"),
              of(
                      "corpus",
                      CORPUS,
                      "data that represent the pretraining, for components that use them")
                  .example("{name: web, data: web.jsonl, examples: 2000}"),
              of("training", TRAINING, "settings of the training of each task")
                  .example("{steps: 200, batch: 16}"),
              of("budget", BUDGET, "quantity that is equal for all cells; default: equal steps")
                  .example("{equal: compute}"),
              required("axes", AXES, "the factors, each with its levels")
                  .example("{optimizer: [adamw, sam], rehearsal: [none, replay]}"),
              of(
                      "paired",
                      new Form.Some(new Form.Parsed("[^&]+(&[^&]+)+", DesignReader::pairing), 0),
                      "axes whose levels are paired, the first with the first and so on")
                  .example("optimizer & rehearsal"),
              of("design", DESIGN, "choice among the combinations of levels; default: all")
                  .example("{random: 6, seed: 1}"),
              required(
                      "seeds",
                      new Form.Some(new Form.Whole(Long.MIN_VALUE, Long.MAX_VALUE), 1),
                      "each recipe runs once with each seed")
                  .example("[1, 2, 3, 4, 5]"),
              of(
                      "exclude",
                      new Form.Some(new Form.Parsed("[^=&]+=[^&].*", Exclusion::parse), 0),
                      "recipes that match all parts of a rule are left out; a level matches if it has the name and the settings that are written, whatever its other settings are; `strategy` is any kind except the optimizer; a level that no axis has is refused")
                  .example("optimizer=sam & regularizer=ewc(lambda=10)"),
              of(
                      "metrics",
                      new Form.Some(RECIPE, 0),
                      "the metrics to compute; default: all that need no reference models")
                  .example("[forgetting, average-score]"),
              of(
                      "probes",
                      new Form.Some(RECIPE, 0),
                      "probes before each next stage and at the final weights; default: none")
                  .example("[\"sam-gap(rho=0.05)\", kl-drift]"),
              of("analysis", ANALYSIS, "what is claimed of the results; changes none of them")
                  .example("{primary: forgetting, margin: 0.05}"),
              of(
                      "track",
                      new Form.Named(TEXT),
                      "where the run is shown while it goes on: a tracker's word with its target,"
                          + " such as tensorboard: DIR; changes no result")
                  .example("{tensorboard: runs}"),
              of(
                      "device",
                      new Form.Parsed(Device.FORM, ExperimentFile::device),
                      "where to train and score: cpu, gpu:N, or several GPUs that share the model,"
                          + " as gpu:0-3 or gpu:0,2; default: cpu")
                  .example("gpu:0")));

  private ExperimentKeys() {}

  /** The JSON Schema of an experiment file (draft 7, which editors know best). */
  static ObjectNode schema() {
    ObjectNode schema = Json.object();
    schema.put("$schema", "http://json-schema.org/draft-07/schema#");
    schema.put("title", "Palimpsest experiment");
    schema.setAll(FILE.schema());
    return schema;
  }
}
