package io.github.palimpsest.experiment.subject;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.adapter.AddedBias;
import io.github.palimpsest.api.data.DataCounts;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.measure.ChoiceAnswer;
import io.github.palimpsest.api.measure.ChoiceMeasure;
import io.github.palimpsest.api.model.Model;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.random.Streams;
import io.github.palimpsest.classifier.ClassStream;
import io.github.palimpsest.classifier.ClassifierDirectory;
import io.github.palimpsest.classifier.ClassifierModel;
import io.github.palimpsest.classifier.ClassifierScores;
import io.github.palimpsest.classifier.ClassifierShape;
import io.github.palimpsest.classifier.Tokens;
import io.github.palimpsest.classifier.Words;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.engine.divergence.DivergedException;
import io.github.palimpsest.experiment.file.DataPaths;
import io.github.palimpsest.experiment.file.DataSet;
import io.github.palimpsest.experiment.file.Experiment;
import io.github.palimpsest.experiment.file.FreshClassifier;
import io.github.palimpsest.experiment.file.Place;
import io.github.palimpsest.experiment.file.WrittenPath;
import io.github.palimpsest.llm.safetensors.Dtype;
import io.github.palimpsest.llm.text.TextTokenizer;
import io.github.palimpsest.results.folder.DataUse;
import io.github.palimpsest.results.folder.Fingerprint;
import io.github.palimpsest.results.folder.SetScore;
import io.github.palimpsest.results.items.Item;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A classifier, its tasks as labelled texts, and the measures of its classes. Each seed draws its
 * own weights.
 */
public final class ClassifierSubject implements Subject {
  /** The maximum number of tokens of a text, unless the experiment states one. */
  private static final int DEFAULT_LENGTH = 128;

  private final Tokens tokens;
  private final ClassifierModel model;
  private final Device device;
  private final Measures measures;
  private final ClassifierData data;
  private final DataUse use;
  private final List<TaskData> tasks = new ArrayList<>();
  private final Map<String, List<Integer>> possible = new HashMap<>();
  private final Map<String, List<Example>> evaluated = new HashMap<>();
  private final Map<Long, WeightSnapshot> fresh = new HashMap<>();
  private @Nullable ClassifierScores scores;

  private ClassifierSubject(
      Experiment e, FreshClassifier made, ClassifierData data, Measures measures, Tokens tokens) {
    this.tokens = tokens;
    this.device = e.device();
    this.measures = measures;
    this.data = data;
    ClassStream classes = ClassStream.of(data.classes(), made.scenario());
    int length = e.maxLength() == 0 ? DEFAULT_LENGTH : e.maxLength();
    model =
        new ClassifierModel(
            new ClassifierShape(
                made.network(), tokens.size(), made.width(), made.layers(), made.heads(), length),
            classes);
    for (DataSet set : e.tasks()) {
      int task = tasks.size();
      possible.put(set.name(), classes.taskKnown() ? classes.byTask().get(task) : classes.all());
      tasks.add(TaskData.of(task, set.name(), examples(set, data.tasks().get(task))));
    }
    for (DataSet set : e.evaluation()) {
      possible.put(set.name(), classes.all());
      if (classes.taskKnown()) {
        possible.put(
            set.name(),
            data.of(set.name()).stream()
                .map(text -> column(set, text))
                .distinct()
                .sorted()
                .toList());
      }
    }
    for (DataSet set : e.tasks()) {
      evaluated.put(set.name(), examples(set, data.of(set.name())));
    }
    for (DataSet set : e.evaluation()) {
      evaluated.put(set.name(), examples(set, data.of(set.name())));
    }
    use = DataUse.of(length, trained(length), data.evaluatedCounts());
  }

  /** What became of the records of each task, with the texts that lose their end. */
  private TreeMap<String, DataCounts> trained(int length) {
    TreeMap<String, DataCounts> all = new TreeMap<>();
    for (TaskData task : tasks) {
      DataCounts read = data.trainedCounts().getOrDefault(task.name(), DataCounts.of(0));
      long found = read.examples() + read.notChosen();
      long longer =
          data.tasks().get(task.index()).stream()
              .filter(text -> tokens.rows(text.text()).length > length)
              .count();
      all.put(task.name(), read.encoded(0, longer, found).chosen(found, read.examples()));
    }
    return all;
  }

  /**
   * Reads all data, and makes the model of their words and classes.
   *
   * @throws PalimpsestException if a file is missing or malformed, or something in the experiment
   *     is for language models only; names it
   */
  static ClassifierSubject open(Experiment e, PluginRegistry registry) {
    FreshClassifier made =
        e.classifier()
            .orElseThrow(() -> new IllegalArgumentException("the model is no classifier"));
    if (e.maxLength() > ClassifierShape.MOST_POSITIONS) {
      throw e.places()
          .length()
          .error(
              "'training.max-length' is "
                  + e.maxLength()
                  + ", and a classifier has at most "
                  + ClassifierShape.MOST_POSITIONS
                  + " positions");
    }
    Formats formats = Formats.of(registry).checked(e);
    Measures measures = Measures.of(e, registry);
    ClassifierData data = ClassifierData.read(e, formats);
    Tokens tokens =
        made.tokenizer()
            .map(folder -> tokenizer(e, made.place(), folder))
            .map(folder -> Tokens.of(TextTokenizer.load(folder), folder))
            .orElseGet(
                () ->
                    Words.of(
                        data.tasks().stream()
                            .flatMap(List::stream)
                            .map(ClassifierData.Labelled::text),
                        made.words()));
    try {
      return new ClassifierSubject(e, made, data, measures, tokens);
    } catch (PalimpsestException x) {
      tokens.close();
      throw made.place().error(x);
    } catch (RuntimeException x) {
      tokens.close();
      throw x;
    }
  }

  /** The hash of the files of a tokenizer. */
  public static String tokenizerSha256(Experiment e, Place place, WrittenPath folder) {
    TreeMap<String, String> files = new TreeMap<>();
    Path at = tokenizer(e, place, folder);
    for (String name : Tokens.FILES) {
      if (Files.exists(at.resolve(name))) {
        files.put(name, Fingerprint.of(at.resolve(name)));
      }
    }
    return Fingerprint.of(files);
  }

  private static Path tokenizer(Experiment e, Place place, WrittenPath folder) {
    Path at = DataPaths.find(e, place, folder);
    if (!Files.exists(at.resolve("tokenizer.json"))) {
      throw place.error("tokenizer '" + folder + "' is not a folder with tokenizer.json");
    }
    return at;
  }

  private List<Example> examples(DataSet set, List<ClassifierData.Labelled> texts) {
    List<Integer> columns = possible.getOrDefault(set.name(), List.of());
    List<Example> all = new ArrayList<>();
    for (ClassifierData.Labelled text : texts) {
      int label = column(set, text);
      if (!columns.contains(label)) {
        throw set.place()
            .error(
                "'%s' has class '%s', and no training example of its task has it"
                    .formatted(text.id(), text.label()));
      }
      all.add(model.example(text.id(), tokens.rows(text.text()), label, columns));
    }
    return List.copyOf(all);
  }

  private int column(DataSet set, ClassifierData.Labelled text) {
    try {
      return model.classes().column(text.label());
    } catch (PalimpsestException x) {
      throw set.place().error(new PalimpsestException(text.id() + ": " + x.getMessage(), x));
    }
  }

  @Override
  public Overlaps overlaps() {
    return data.overlaps();
  }

  @Override
  public DataUse data() {
    return use;
  }

  @Override
  public Model model() {
    return model;
  }

  @Override
  public WeightSnapshot pretrained(long seed) {
    return fresh.computeIfAbsent(
        seed, s -> model.initialWeights(Streams.stream(s, "classifier", 0, 0)));
  }

  @Override
  public TaskData task(int index) {
    return tasks.get(index);
  }

  @Override
  public List<Example> examples(String set) {
    return tasks.stream()
        .filter(task -> task.name().equals(set))
        .findFirst()
        .map(TaskData::examples)
        .orElseGet(() -> texts(set));
  }

  private List<Example> texts(String set) {
    List<Example> examples = evaluated.get(set);
    if (examples == null) {
      throw new IllegalArgumentException("no evaluation set '" + set + "'");
    }
    return examples;
  }

  @Override
  public SetScore score(String set, WeightSnapshot weights) {
    ChoiceMeasure measure = (ChoiceMeasure) measures.of(set);
    return ScoredItems.of(measure, answers(set, weights)).by(measure);
  }

  @Override
  public List<Item> items(String set) {
    List<String> names = names(set);
    return data.of(set).stream()
        .map(t -> Item.chosen(t.id(), "", t.text(), names, names.indexOf(t.label())))
        .toList();
  }

  /** The classes that a text of a set can have. */
  private List<String> names(String set) {
    return possible.getOrDefault(set, List.of()).stream()
        .map(model.classes().names()::get)
        .toList();
  }

  /** The mean of {@code -ln p} of the right class, in nats per text. */
  @Override
  public double loss(String set, WeightSnapshot weights) {
    return answers(set, weights).stream()
        .mapToDouble(answer -> -answer.logLikelihood(answer.gold()))
        .average()
        .orElse(Double.NaN);
  }

  private List<Answer> answers(String set, WeightSnapshot weights) {
    List<Example> examples = texts(set);
    ClassifierScores open = scores;
    if (open != null && !open.takes(weights)) {
      open.close();
      open = null;
    }
    if (open == null) {
      open = new ClassifierScores(model, weights, device);
      scores = open;
    }
    List<float[]> found = open.logProbabilities(examples, weights);
    List<Integer> columns = possible.getOrDefault(set, List.of());
    List<String> names = names(set);
    List<ClassifierData.Labelled> labelled = data.of(set);
    List<Answer> answers = new ArrayList<>();
    for (int i = 0; i < examples.size(); i++) {
      float[] all = found.get(i);
      if (Float.isNaN(all[0])) { // any class could be taken for the likeliest
        throw new DivergedException(
            "the log-likelihood of '" + examples.get(i).id() + "' is " + all[0]);
      }
      answers.add(
          new Answer(
              examples.get(i).id(),
              names,
              columns.stream().map(column -> all[column]).toList(),
              names.indexOf(labelled.get(i).label())));
    }
    return answers;
  }

  /** How likely each class is that a text can have. */
  private record Answer(String item, List<String> choices, List<Float> logarithms, int gold)
      implements ChoiceAnswer {
    @Override
    public double logLikelihood(int choice) {
      return logarithms.get(choice);
    }

    @Override
    public boolean isRight(int choice) {
      return choice == gold;
    }
  }

  @Override
  public void save(WeightSnapshot weights, Path folder, Optional<Dtype> dtype, String card) {
    if (dtype.filter(type -> type != Dtype.F32).isPresent()) {
      throw new PalimpsestException("the weights of a classifier are saved as f32 alone");
    }
    if (!AddedBias.names(weights).isEmpty()) {
      throw new PalimpsestException(
          "the weights have the added biases "
              + AddedBias.names(weights)
              + ", and a saved classifier has its own tensors alone");
    }
    ClassifierDirectory.write(folder, model, tokens, weights);
  }

  @Override
  public void close() {
    if (scores != null) {
      scores.close();
    }
    tokens.close();
  }
}
