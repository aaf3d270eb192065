package io.github.palimpsest.experiment.file;

import static io.github.palimpsest.experiment.file.Form.Key.of;
import static io.github.palimpsest.experiment.file.Form.Key.required;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.engine.differentiation.Recompute;
import io.github.palimpsest.engine.weights.Compute;
import io.github.palimpsest.llm.example.Truncation;
import io.github.palimpsest.llm.format.PromptTemplate;
import io.github.palimpsest.llm.layout.OnBadRecord;
import io.github.palimpsest.results.folder.Json;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

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
      Arrays.stream(PromptTemplate.values()).map(t -> t.name().toLowerCase(Locale.ROOT)).toList();

  static final Form.Section SET =
      documents("the name in scores and reports")
          .plus(
              of("measure", RECIPE, "the measure it is scored with; default: nats-per-token"),
              of(
                  "max-new-tokens",
                  new Form.Whole(1, 4096),
                  "largest number of tokens of a generated answer"),
              of("test-examples", COUNT, "at most this number of examples to score"));

  private static final Form.Key MAX_TOKENS =
      of(
          "max-tokens",
          new Form.Whole(1, Long.MAX_VALUE),
          "at most this number of tokens of training examples together");

  private static final Form.Key TRUNCATION =
      of(
          "truncation",
          Form.Word.of(Truncation.class),
          "side on which a training document that is too long is cut off; default: right");

  static final Form.Section TASK =
      SET.plus(
          of("examples", COUNT, "at most this number of training examples"),
          MAX_TOKENS,
          TRUNCATION,
          of("held-out", COUNT, "number of records held out for evaluation"),
          of("test", TEXT, "a separate file for evaluation instead"),
          of("test-filter", TEXT, "an SQL condition on its columns"),
          of("test-limit", COUNT, "at most this number of its records"));

  static final Form.Section CORPUS =
      documents("the name in reports")
          .plus(of("examples", COUNT, "at most this number of examples"), MAX_TOKENS, TRUNCATION);

  /** The keys that locate documents and describe their format. */
  private static Form.Section documents(String name) {
    return new Form.Section(
        List.of(
            required("name", TEXT, name),
            required(
                "data",
                new DataForm(),
                "a file, a folder, quickstart:NAME, or several files with weights"),
            of("format", FormatText.FORM, "format of the file; default: auto"),
            of(
                "template",
                new Form.Word(TEMPLATES),
                "template that turns an instruction into a prompt"),
            of("separator", new Form.AnyText(), "separator between the documents of a text"),
            of("filter", TEXT, "an SQL condition on the columns of a table of data"),
            of(
                "columns",
                new Form.Named(TEXT),
                "the column that stands for each key of the format, if it has another name"),
            of(
                "on-bad-record",
                Form.Word.of(OnBadRecord.class),
                "whether a record that cannot be read fails or is skipped and counted; default: fail"),
            of("limit", COUNT, "at most this number of records of the file"),
            of("windows", new Form.Flag(), "cut long documents into several examples")));
  }

  static final Form.Section TRAINING =
      new Form.Section(
          List.of(
              of("epochs", COUNT, "passes over a task's examples; default: 1"),
              of("steps", COUNT, "at most this number of steps per task"),
              of("batch", COUNT, "examples per step; default: 8"),
              of("accumulation", COUNT, "micro-batches per step; default: 1"),
              of(
                  "max-length",
                  new Form.Whole(2, Integer.MAX_VALUE),
                  "largest number of tokens of an example"),
              of(
                  "pack",
                  new Form.Flag(),
                  "join short examples up to max-length; none attends to another; default: false"),
              of(
                  "buckets",
                  new Form.Whole(0, 100_000),
                  "number of batches whose examples are sorted by length together, so that each has"
                      + " similar lengths; 0 for any lengths; default: 0"),
              of(
                  "clip-norm",
                  new Form.Real(0),
                  "puts clip-norm(max=...) around each optimizer; 0 for none"),
              of(
                  "checkpoint-every",
                  new Form.Whole(0, Integer.MAX_VALUE),
                  "steps between checkpoints; 0 for none within a task"),
              of(
                  "evaluation-points",
                  new Form.Whole(0, 1000),
                  "evenly spaced points of each stage at which its task, the earlier tasks and the"
                      + " evaluation sets are scored; changes no weights; default: 0"),
              of(
                  "compute",
                  Form.Word.of(Compute.class),
                  "precision of products with weights; default: float32"),
              of(
                  "recompute",
                  Form.Word.of(Recompute.class),
                  "activations that are computed twice instead of kept; auto: wide for models of 67 million"
                      + " parameters or more, activations from 537 million on")));

  static final Form.Section AXES =
      new Form.Section(
          Axis.names().stream()
              .map(
                  name ->
                      new Form.Key(
                          name,
                          new Form.Levels(RECIPE, VALUE),
                          name.equals("optimizer"),
                          name.equals(Axis.MIXED)
                              ? "levels of any kind, each in the place of its kind; none adds nothing"
                              : "levels of kind " + name + "; none adds nothing"))
              .toList());

  static final Form.Section BUDGET =
      new Form.Section(
          List.of(
              required(
                  "equal",
                  Form.Word.of(Budget.class),
                  "quantity that is equal for all cells; with compute, two passes per step halve the steps")));

  static final Form.Section DESIGN =
      new Form.Section(
          List.of(
              of("fraction", new Form.Parsed("1/[0-9]+", DesignReader::halvings), "of two levels"),
              of("resolution", new Form.Whole(3, 16), "smallest resolution of the fraction"),
              of(
                  "generators",
                  new Form.Some(new Form.Parsed("[^=]+=[^=]+", DesignReader::generator), 1),
                  "axes that are products of others; default: the best ones"),
              of("random", COUNT, "number of recipes drawn at random"),
              of("seed", new Form.Whole(Long.MIN_VALUE, Long.MAX_VALUE), "seed of the draw")));

  static final Form.Section ANALYSIS =
      new Form.Section(
          List.of(
              of(
                  "primary",
                  new Form.Some(TEXT, 1),
                  "the outcomes whose main effects are claimed, as one family: metrics, or 'drift"
                      + " of SET'; default: forgetting"),
              of(
                  "margin",
                  new Form.Real(0),
                  "the largest difference that does not matter, in the unit of the outcomes")));

  public static final Form.Section FILE =
      new Form.Section(
          List.of(
              of("name", TEXT, "for listings and the default output folder"),
              of("variables", new Form.Named(new Form.AnyText()), "${NAME} represents the value"),
              required("model", TEXT, "a Hugging Face directory, or quickstart"),
              required("tasks", new Form.Entries(TASK, 1), "trained one after another"),
              of("evaluation", new Form.Entries(SET, 0), "measured, and never trained on"),
              of(
                  "allow-overlap",
                  new Form.Flag(),
                  "whether evaluation examples may be training examples, which are counted; default: false"),
              of(
                  "corpus",
                  CORPUS,
                  "data that represent the pretraining, for components that use them"),
              of("training", TRAINING, "settings of the training of each task"),
              of("budget", BUDGET, "quantity that is equal for all cells; default: equal steps"),
              required("axes", AXES, "the factors, each with its levels"),
              of(
                  "paired",
                  new Form.Some(new Form.Parsed("[^&]+(&[^&]+)+", DesignReader::pairing), 0),
                  "axes whose levels are paired, the first with the first and so on"),
              of("design", DESIGN, "choice among the combinations of levels; default: all"),
              required(
                  "seeds",
                  new Form.Some(new Form.Whole(Long.MIN_VALUE, Long.MAX_VALUE), 1),
                  "each recipe runs once with each seed seed seed"),
              of(
                  "exclude",
                  new Form.Some(
                      new Form.Parsed("[^=&]+=[^=&]+(&[^=&]+=[^=&]+)*", Exclusion::parse), 0),
                  "recipes that match all parts of a rule are left out"),
              of("metrics", new Form.Some(RECIPE, 0), "default: all metrics"),
              of(
                  "probes",
                  new Form.Some(RECIPE, 0),
                  "probes before each next stage and at the final weights"),
              of("analysis", ANALYSIS, "what is claimed of the results; changes none of them"),
              of(
                  "track",
                  new Form.Named(TEXT),
                  "where the run is shown while it goes on: a tracker's word with its target, such"
                      + " as tensorboard: DIR; changes no result"),
              of(
                  "device",
                  new Form.Parsed("cpu|gpu(:[0-9]+)?", ExperimentFile::device),
                  "default: cpu")));

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
