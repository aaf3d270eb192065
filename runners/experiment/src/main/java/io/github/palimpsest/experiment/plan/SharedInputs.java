package io.github.palimpsest.experiment.plan;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.Plugin;
import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.component.Kind;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.discovery.Registered;
import io.github.palimpsest.api.measure.AnswerMeasure;
import io.github.palimpsest.api.measure.Measure;
import io.github.palimpsest.classifier.ClassifierModel;
import io.github.palimpsest.decoder.DecoderModel;
import io.github.palimpsest.engine.TaskLoop;
import io.github.palimpsest.engine.Training;
import io.github.palimpsest.engine.differentiation.LossChunk;
import io.github.palimpsest.engine.differentiation.Recompute;
import io.github.palimpsest.engine.weights.SlotType;
import io.github.palimpsest.experiment.file.Budget;
import io.github.palimpsest.experiment.file.DataAddress;
import io.github.palimpsest.experiment.file.DataSet;
import io.github.palimpsest.experiment.file.Experiment;
import io.github.palimpsest.experiment.file.FreshClassifier;
import io.github.palimpsest.experiment.subject.ClassifierSubject;
import io.github.palimpsest.experiment.subject.Formats;
import io.github.palimpsest.experiment.subject.Measures;
import io.github.palimpsest.experiment.subject.ModelOrigin;
import io.github.palimpsest.experiment.subject.Subjects;
import io.github.palimpsest.llm.chat.ChatTemplates;
import io.github.palimpsest.llm.example.Truncation;
import io.github.palimpsest.llm.format.PromptTemplate;
import io.github.palimpsest.llm.model.HuggingFaceDirectory;
import io.github.palimpsest.llm.text.RecordFile;
import io.github.palimpsest.results.folder.Fingerprint;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Everything except recipe and seed that determines the results of an experiment, by name: data and
 * model by their content, settings by their value, the training code by its JARs. Touches no native
 * code.
 */
public final class SharedInputs {
  /** The modules that decide numbers, each by one of its classes: all their code is hashed. */
  public static final Map<String, Class<?>> CODE =
      Map.of(
          "code.api", Plugin.class,
          "code.classifier", ClassifierModel.class,
          "code.decoder", DecoderModel.class,
          "code.engine", TaskLoop.class,
          "code.experiment", Experiment.class,
          "code.llm", HuggingFaceDirectory.class);

  /** The JAR of the plugin that reads the model; the generated model needs none. */
  public static final String FAMILY = "code.family";

  private static final String FORMAT = "1";
  private static final String TENSORFLOW =
      "/META-INF/maven/org.tensorflow/tensorflow-core-api/pom.properties";

  private SharedInputs() {}

  /**
   * Reads all that determines results.
   *
   * @param registry where the family of the model, the formats of the data and the measures come
   *     from
   * @throws PalimpsestException with its place in the file, if something is missing or of no known
   *     family, format or measure
   */
  public static SortedMap<String, String> of(Experiment e, PluginRegistry registry) {
    Optional<ChatTemplates> templates =
        e.classifier().isPresent() ? Optional.empty() : ModelOrigin.of(e).chatTemplates();
    Formats formats = Formats.of(registry).checked(e).with(templates);
    Measures measures = Measures.of(e, registry);
    Origins origins = new Origins(registry);
    TreeMap<String, String> all = new TreeMap<>();
    all.put("format", FORMAT);
    e.classifier().ifPresentOrElse(c -> putClassifier(all, e, c), () -> putModel(all, e, registry));
    sets(e)
        .forEach(
            (at, set) -> {
              put(all, at, e, set);
              all.put(at + "format", formats.stated(set).map(Component::toString).orElse("auto"));
              if (templates.isPresent()) { // else no first record need be read to know the format
                formats
                    .template(e, set)
                    .ifPresent(t -> all.put(at + "chat-template", t.sha256() + " of " + t.date()));
              }
              String code = formatCode(e, set, formats, registry);
              if (!code.isEmpty()) {
                all.put(at + "format-code", code);
              }
              if (measures.knows(set)) {
                putMeasure(all, at, set, measures, origins);
              } else {
                all.put(at + "measure", set.measure().text().toString());
              }
            });
    all.putAll(training(e));
    if (e.points() > 0) { // as in the folders of earlier versions if there are none
      all.put("evaluation-points", Integer.toString(e.points()));
    }
    all.put("evaluation-batch", Integer.toString(Subjects.evaluationBatch(e)));
    all.put("device", e.device().gpu() ? "gpu" : "cpu");
    all.put("tensorflow", tensorflowVersion());
    all.putAll(code());
    return all;
  }

  /** The sets of an experiment, by the beginning of the names of their values. */
  static SortedMap<String, DataSet> sets(Experiment e) {
    TreeMap<String, DataSet> sets = new TreeMap<>();
    for (int i = 0; i < e.tasks().size(); i++) {
      sets.put("task." + (i + 1) + ".", e.tasks().get(i));
    }
    e.evaluation().forEach(set -> sets.put("evaluation." + set.name() + ".", set));
    e.corpus().ifPresent(set -> sets.put("corpus.", set));
    return sets;
  }

  /** The hashes of the modules that decide numbers, by their names. */
  public static SortedMap<String, String> code() {
    TreeMap<String, String> all = new TreeMap<>();
    CODE.forEach((name, type) -> all.put(name, codeSha256(type)));
    return all;
  }

  private static void putModel(
      SortedMap<String, String> all, Experiment e, PluginRegistry registry) {
    all.put("model", ModelOrigin.of(e).sha256());
    ModelOrigin.of(e).family(registry).ifPresent(f -> all.put(FAMILY, Fingerprint.of(f)));
  }

  private static void putClassifier(
      SortedMap<String, String> all, Experiment e, FreshClassifier made) {
    all.put("model", made.identity());
    made.tokenizer()
        .ifPresent(
            folder ->
                all.put(
                    "model.tokenizer", ClassifierSubject.tokenizerSha256(e, made.place(), folder)));
  }

  public static SortedMap<String, String> training(Experiment e) {
    TreeMap<String, String> all = new TreeMap<>();
    Training t = e.training();
    all.put("training.epochs", Integer.toString(t.epochs()));
    all.put("training.steps", Long.toString(t.maxSteps()));
    all.put("training.batch", Integer.toString(t.batchSize()));
    all.put("training.accumulation", Integer.toString(t.accumulation()));
    all.put("training.compute", t.compute().toString());
    if (t.recompute() != Recompute.AUTO) { // as in the folders of earlier versions
      all.put("training.recompute", t.recompute().toString());
    }
    if (!t.lossChunk().equals(LossChunk.AUTO)) {
      all.put("training.loss-chunk", Integer.toString(t.lossChunk().tokens()));
    }
    if (t.towers() > 1) { // as in the folders of earlier versions if there is one
      all.put("training.towers", Integer.toString(t.towers()));
    }
    if (t.slots().type() != SlotType.FLOAT32) { // their place changes no number
      all.put("training.slots", t.slots().type().toString());
    }
    all.put("training.max-length", Integer.toString(e.maxLength()));
    if (e.batching().pack()) {
      all.put("training.pack", "true");
    }
    if (e.batching().buckets() > 0) {
      all.put("training.buckets", Integer.toString(e.batching().buckets()));
    }
    if (e.budget() != Budget.STEPS) { // as in the folders of earlier versions if it is steps
      all.put("training.budget", e.budget().toString());
    }
    return all;
  }

  private static void put(SortedMap<String, String> all, String at, Experiment e, DataSet set) {
    all.put(at + "name", set.name());
    DataAddress data = DataAddress.find(e, set.place(), set.data());
    Optional<DataAddress> test = set.test().map(t -> DataAddress.find(e, set.place(), t));
    all.put(at + "data", data.sha256());
    all.put(at + "template", set.template().orElse(PromptTemplate.ALPACA).name());
    all.put(at + "separator", set.separator());
    boolean database =
        Stream.concat(Stream.of(data), test.stream()).anyMatch(DataAddress::isTable)
            || set.filter().isPresent()
            || set.testFilter().isPresent();
    if (database) {
      all.put(at + "reader", RecordFile.reader());
    }
    set.filter().ifPresent(f -> all.put(at + "filter", f.rows().condition()));
    all.put(at + "limit", Integer.toString(set.limit()));
    all.put(at + "windows", Boolean.toString(set.windows()));
    all.put(at + "examples", Integer.toString(set.examples()));
    all.put(at + "test-examples", Integer.toString(set.testExamples()));
    all.put(at + "held-out", Integer.toString(set.heldOut()));
    // as in the folders of earlier versions if nothing of this is set
    if (!set.layout().columns().none()) {
      all.put(at + "columns", set.layout().columns().toString());
    }
    if (set.layout().skips()) {
      all.put(at + "on-bad-record", set.layout().onBadRecord().toString());
    }
    if (set.truncation() != Truncation.RIGHT) {
      all.put(at + "truncation", set.truncation().toString());
    }
    if (set.maxTokens() > 0) {
      all.put(at + "max-tokens", Long.toString(set.maxTokens()));
    }
    test.ifPresent(
        address -> {
          all.put(at + "test", address.sha256());
          set.testFilter().ifPresent(f -> all.put(at + "test-filter", f.rows().condition()));
          all.put(at + "test-limit", Integer.toString(set.testLimit()));
        });
  }

  /** How a set is scored; the code of a measure, unless it is in a module that is hashed anyway. */
  private static void putMeasure(
      SortedMap<String, String> all, String at, DataSet set, Measures measures, Origins origins) {
    Component<Measure> measure = measures.component(set.name());
    all.put(at + "measure", measure.toString());
    if (measures.of(set.name()) instanceof AnswerMeasure generated) {
      all.put(at + "max-new-tokens", Integer.toString(Measures.tokens(set, generated)));
    }
    Path code = origins.of(measure.id()).location();
    if (CODE.values().stream().map(SharedInputs::location).noneMatch(code::equals)) {
      all.put(
          at + "measure-code", origins.version(measure.id()) + " " + origins.sha256(measure.id()));
    }
  }

  /** The JARs of formats that are not of {@link #CODE}: those of others. */
  private static String formatCode(
      Experiment e, DataSet set, Formats formats, PluginRegistry registry) {
    boolean none = registry.all(Kind.FORMAT).stream().allMatch(Registered::isOwn);
    if (none) {
      return ""; // no first record need be read to know it
    }
    Origins origins = new Origins(registry);
    return formats.of(e, set).stream()
        .filter(id -> !registry.find(id.value()).isOwn())
        .map(id -> id + " " + origins.sha256(id))
        .collect(Collectors.joining(", "));
  }

  /** The version of TensorFlow for Java, without loading it. */
  public static String tensorflowVersion() {
    try (InputStream in = org.tensorflow.Graph.class.getResourceAsStream(TENSORFLOW)) {
      Properties properties = new Properties();
      if (in != null) {
        properties.load(in);
      }
      return properties.getProperty("version", "unknown");
    } catch (IOException e) {
      return "unknown";
    }
  }

  /** Code without a hash could change and pass for the code that made a result. */
  private static String codeSha256(Class<?> type) {
    return Fingerprint.of(location(type));
  }

  private static Path location(Class<?> type) {
    CodeSource source = type.getProtectionDomain().getCodeSource();
    try {
      if (source != null) {
        return Path.of(source.getLocation().toURI());
      }
    } catch (URISyntaxException e) {
      throw new PalimpsestException("the JAR of " + type.getName() + " cannot be found", e);
    }
    throw new PalimpsestException("the JAR of " + type.getName() + " cannot be found");
  }
}
