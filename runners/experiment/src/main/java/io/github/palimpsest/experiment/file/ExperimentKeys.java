package io.github.palimpsest.experiment.file;

import static io.github.palimpsest.experiment.file.Form.Key.of;
import static io.github.palimpsest.experiment.file.Form.Key.required;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.engine.differentiation.Recompute;
import io.github.palimpsest.engine.weights.Compute;
import io.github.palimpsest.llm.format.PromptTemplate;
import io.github.palimpsest.results.folder.Json;
import io.github.palimpsest.results.folder.Measure;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The keys of an experiment file with what each may hold: the one place that the reader checks a
 * file by, and that its JSON Schema is made from.
 */
public final class ExperimentKeys {
  private static final Form.One TEXT = new Form.Text();
  private static final Form.One COUNT = new Form.Whole(1, Integer.MAX_VALUE);

  private static final Form.One RECIPE =
      new Form.Parsed("\\s*[A-Za-z][^$]*", ExperimentFile::level);

  /** What a setting may be: a sweep names several. */
  private static final Form.One VALUE = new Form.Text();

  static final List<String> TEMPLATES =
      Arrays.stream(PromptTemplate.values()).map(t -> t.name().toLowerCase(Locale.ROOT)).toList();

  static final Form.Section SET =
      documents("the name in scores and reports")
          .plus(
              of("measure", Form.Word.of(Measure.class), "what it is scored with"),
              of("max-new-tokens", new Form.Whole(1, 4096), "length of a generated answer"),
              of("test-examples", COUNT, "at most so many examples to score"));

  static final Form.Section TASK =
      SET.plus(
          of("examples", COUNT, "at most so many examples to train on"),
          of("held-out", COUNT, "records kept back to evaluate on"),
          of("test", TEXT, "a file to evaluate on instead"),
          of("test-filter", TEXT, "an SQL condition on its columns"),
          of("test-limit", COUNT, "at most so many records of it"));

  static final Form.Section CORPUS =
      documents("the name in reports").plus(of("examples", COUNT, "at most so many examples"));

  /** Where documents are, and how they are read. */
  private static Form.Section documents(String name) {
    return new Form.Section(
        List.of(
            required("name", TEXT, name),
            required("data", TEXT, "a file, or quickstart:NAME"),
            of("format", FormatText.FORM, "how the file is read; default: auto"),
            of("template", new Form.Word(TEMPLATES), "how an instruction becomes a prompt"),
            of("separator", new Form.AnyText(), "what lies between the documents of a text"),
            of("filter", TEXT, "an SQL condition on the columns of a table of data"),
            of("limit", COUNT, "at most so many records of the file"),
            of("windows", new Form.Flag(), "cut long documents into several examples")));
  }

  static final Form.Section TRAINING =
      new Form.Section(
          List.of(
              of("epochs", COUNT, "passes over a task's examples; default: 1"),
              of("steps", COUNT, "at most so many steps a task"),
              of("batch", COUNT, "examples of a step; default: 8"),
              of("accumulation", COUNT, "micro-batches of a step; default: 1"),
              of("max-length", new Form.Whole(2, Integer.MAX_VALUE), "tokens of an example"),
              of(
                  "clip-norm",
                  new Form.Real(0),
                  "puts clip-norm(max=...) around each optimizer; 0 for none"),
              of(
                  "checkpoint-every",
                  new Form.Whole(0, Integer.MAX_VALUE),
                  "steps between checkpoints; 0 for none within a task"),
              of(
                  "compute",
                  Form.Word.of(Compute.class),
                  "what products of weights are computed in; default: float32"),
              of(
                  "recompute",
                  Form.Word.of(Recompute.class),
                  "what is computed twice instead of kept; auto: wide for models of 67 million"
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
                              ? "levels of any kind, each in its own seat; none adds nothing"
                              : "levels of kind " + name + "; none adds nothing"))
              .toList());

  static final Form.Section BUDGET =
      new Form.Section(
          List.of(
              required(
                  "equal",
                  Form.Word.of(Budget.class),
                  "what cells are given alike; under compute, two passes a step halve the steps")));

  static final Form.Section DESIGN =
      new Form.Section(
          List.of(
              of("fraction", new Form.Parsed("1/[0-9]+", DesignReader::halvings), "of two levels"),
              of("resolution", new Form.Whole(3, 16), "what the fraction must have at least"),
              of(
                  "generators",
                  new Form.Some(new Form.Parsed("[^=]+=[^=]+", DesignReader::generator), 1),
                  "which axes are products of others; default: the best there are"),
              of("random", COUNT, "so many recipes drawn of all"),
              of("seed", new Form.Whole(Long.MIN_VALUE, Long.MAX_VALUE), "of the draw")));

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

  static final Form.Section TRACK =
      new Form.Section(
          List.of(
              of("tensorboard", TEXT, "a folder for event files"),
              of("mlflow", TEXT, "the URI of a server")));

  public static final Form.Section FILE =
      new Form.Section(
          List.of(
              of("name", TEXT, "for listings and the default output folder"),
              of("variables", new Form.Named(new Form.AnyText()), "${NAME} stands for the value"),
              required("model", TEXT, "a Hugging Face directory, or quickstart"),
              required("tasks", new Form.Entries(TASK, 1), "trained one after another"),
              of("evaluation", new Form.Entries(SET, 0), "measured, and never trained on"),
              of(
                  "allow-overlap",
                  new Form.Flag(),
                  "whether evaluated examples may be trained on, which is counted; default: false"),
              of("corpus", CORPUS, "what the model was pretrained on, for what makes use of it"),
              of("training", TRAINING, "how each task is trained"),
              of("budget", BUDGET, "what cells are given alike; default: equal steps"),
              required("axes", AXES, "the factors, each with its levels"),
              of(
                  "paired",
                  new Form.Some(new Form.Parsed("[^&]+(&[^&]+)+", DesignReader::pairing), 0),
                  "axes whose levels go together, the first with the first and so on"),
              of("design", DESIGN, "which combinations of levels are taken; default: all"),
              required(
                  "seeds",
                  new Form.Some(new Form.Whole(Long.MIN_VALUE, Long.MAX_VALUE), 1),
                  "each recipe runs once with each"),
              of(
                  "exclude",
                  new Form.Some(
                      new Form.Parsed("[^=&]+=[^=&]+(&[^=&]+=[^=&]+)*", Exclusion::parse), 0),
                  "recipes that hold all of a rule are left out"),
              of("metrics", new Form.Some(RECIPE, 0), "default: all that there are"),
              of("probes", new Form.Some(RECIPE, 0), "what finished cells are measured with"),
              of("analysis", ANALYSIS, "what is claimed of the results; changes none of them"),
              of("track", TRACK, "where the run is shown while it goes on; changes no result"),
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
