package io.github.palimpsest.experiment.plan;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.Plugin;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.decoder.DecoderModel;
import io.github.palimpsest.engine.differentiation.Recompute;
import io.github.palimpsest.engine.TaskLoop;
import io.github.palimpsest.engine.Training;
import io.github.palimpsest.engine.differentiation.Recompute;
import io.github.palimpsest.experiment.file.Budget;
import io.github.palimpsest.experiment.file.DataPaths;
import io.github.palimpsest.experiment.file.DataSet;
import io.github.palimpsest.experiment.file.Experiment;
import io.github.palimpsest.experiment.file.ExperimentFile;
import io.github.palimpsest.experiment.file.GeneratedData;
import io.github.palimpsest.experiment.subject.LanguageSubject;
import io.github.palimpsest.llm.model.HuggingFaceDirectory;
import io.github.palimpsest.llm.text.RecordFile;
import io.github.palimpsest.results.folder.Fingerprint;
import io.github.palimpsest.results.folder.Measure;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * All that determines the results of an experiment beside recipe and seed, by name: data and model
 * by their content, settings by their value, the code that trains by its JARs. Touches no native
 * code.
 */
public final class SharedInputs {
  /** The modules that decide numbers, each by a class of it: all of their code is hashed. */
  public static final Map<String, Class<?>> CODE =
      Map.of(
          "code.api", Plugin.class,
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
   * Reads and hashes them.
   *
   * @param registry where the family of the model is found
   * @throws PalimpsestException if data or the model are missing, or no plugin reads the model
   */
  public static SortedMap<String, String> of(Experiment e, PluginRegistry registry) {
    TreeMap<String, String> all = new TreeMap<>();
    all.put("format", FORMAT);
    all.put("model", model(e));
    if (!e.model().equals(ExperimentFile.QUICKSTART)) {
      all.put(FAMILY, familySha256(DataPaths.model(e), registry));
    }
    for (int i = 0; i < e.tasks().size(); i++) {
      put(all, "task." + (i + 1) + ".", e, e.tasks().get(i));
    }
    for (DataSet set : e.kept()) {
      put(all, "evaluation." + set.name() + ".", e, set);
    }
    e.corpus().ifPresent(set -> put(all, "corpus.", e, set));
    all.putAll(training(e));
    all.put("evaluation-batch", Integer.toString(LanguageSubject.EVALUATION_BATCH));
    all.put("device", e.device().gpu() ? "gpu" : "cpu");
    all.put("tensorflow", tensorflowVersion());
    CODE.forEach((name, type) -> all.put(name, codeSha256(type)));
    return all;
  }

  public static SortedMap<String, String> training(Experiment e) {
    TreeMap<String, String> all = new TreeMap<>();
    Training t = e.training();
    all.put("training.epochs", Integer.toString(t.epochs()));
    all.put("training.steps", Long.toString(t.maxSteps()));
    all.put("training.batch", Integer.toString(t.batchSize()));
    all.put("training.accumulation", Integer.toString(t.accumulation()));
    all.put("training.clip-norm", Double.toString(t.clipNorm()));
    all.put("training.compute", t.compute().toString());
    if (t.recompute() != Recompute.AUTO) { // as in the folders of earlier versions
      all.put("training.recompute", t.recompute().toString());
    }
    all.put("training.max-length", Integer.toString(e.maxLength()));
    if (e.budget() != Budget.STEPS) { // as in the folders of earlier versions where it is steps
      all.put("training.budget", e.budget().toString());
    }
    return all;
  }

  private static void put(SortedMap<String, String> all, String at, Experiment e, DataSet set) {
    all.put(at + "name", set.name());
    all.put(at + "data", GeneratedData.sha256(set.data()).orElseGet(() -> sha256(e, set)));
    all.put(at + "format", set.format().toString());
    all.put(at + "template", set.template().toString());
    all.put(at + "separator", set.separator());
    boolean database =
        Stream.concat(Stream.of(set.data()), set.test().stream()).anyMatch(RecordFile::isTable)
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
    set.test()
        .ifPresent(
            test -> {
              all.put(at + "test", Fingerprint.of(DataPaths.find(e, set.place(), test)));
              set.testFilter().ifPresent(f -> all.put(at + "test-filter", f.rows().condition()));
              all.put(at + "test-limit", Integer.toString(set.testLimit()));
            });
    all.put(at + "measure", set.measure().toString());
    if (set.measure() == Measure.EXACT_MATCH) {
      all.put(at + "max-new-tokens", Integer.toString(set.maxNewTokens()));
    }
  }

  private static String sha256(Experiment e, DataSet set) {
    return Fingerprint.of(DataPaths.find(e, set.place(), set.data()));
  }

  private static String model(Experiment e) {
    return e.model().equals(ExperimentFile.QUICKSTART)
        ? ExperimentFile.QUICKSTART
        : modelSha256(DataPaths.model(e));
  }

  /** The hash of what a model directory's results depend on, by the content of its files. */
  static String modelSha256(Path folder) {
    TreeMap<String, String> files = new TreeMap<>();
    try (Stream<Path> all = Files.list(folder)) {
      List<Path> used =
          all.filter(
                  p -> {
                    String name = p.getFileName().toString();
                    return name.equals("config.json")
                        || name.equals("generation_config.json")
                        || name.startsWith("tokenizer")
                        || name.contains(".safetensors");
                  })
              .filter(Files::isRegularFile)
              .toList();
      used.forEach(p -> files.put(p.getFileName().toString(), Fingerprint.of(p)));
    } catch (IOException x) {
      throw new PalimpsestException(
          "model directory '" + folder + "' cannot be read: " + x.getMessage(), x);
    }
    return Fingerprint.of(files);
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

  private static String familySha256(Path folder, PluginRegistry registry) {
    return Fingerprint.of(HuggingFaceDirectory.family(folder, registry).origin().location());
  }

  /** Code without a hash could change and pass for what made a result. */
  private static String codeSha256(Class<?> type) {
    CodeSource source = type.getProtectionDomain().getCodeSource();
    try {
      if (source != null) {
        return Fingerprint.of(Path.of(source.getLocation().toURI()));
      }
    } catch (URISyntaxException e) {
      throw new PalimpsestException("the JAR of " + type.getName() + " cannot be found", e);
    }
    throw new PalimpsestException("the JAR of " + type.getName() + " cannot be found");
  }
}
