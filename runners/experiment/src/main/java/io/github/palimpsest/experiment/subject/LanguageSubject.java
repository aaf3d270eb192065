package io.github.palimpsest.experiment.subject;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.data.DataCounts;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.measure.AnswerMeasure;
import io.github.palimpsest.api.measure.ChoiceMeasure;
import io.github.palimpsest.api.measure.Measure;
import io.github.palimpsest.api.measure.TargetMeasure;
import io.github.palimpsest.api.model.Model;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.random.Streams;
import io.github.palimpsest.decoder.Generator;
import io.github.palimpsest.decoder.Sampling;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.engine.inference.InputRoom;
import io.github.palimpsest.experiment.file.DataSet;
import io.github.palimpsest.experiment.file.Experiment;
import io.github.palimpsest.llm.example.Packing;
import io.github.palimpsest.llm.example.Repeats;
import io.github.palimpsest.llm.example.TokenCap;
import io.github.palimpsest.llm.layout.ReadNotes;
import io.github.palimpsest.llm.layout.Weights;
import io.github.palimpsest.llm.safetensors.Dtype;
import io.github.palimpsest.llm.score.ChoiceScores;
import io.github.palimpsest.llm.score.GreedyAnswers;
import io.github.palimpsest.llm.score.ModelLogLikelihoods;
import io.github.palimpsest.llm.score.ScoredText;
import io.github.palimpsest.llm.score.TextScores;
import io.github.palimpsest.llm.score.TooLongException;
import io.github.palimpsest.llm.text.DataSource;
import io.github.palimpsest.llm.text.Document;
import io.github.palimpsest.llm.text.ExampleEncoder;
import io.github.palimpsest.llm.text.Overlap;
import io.github.palimpsest.results.folder.DataUse;
import io.github.palimpsest.results.folder.SetScore;
import io.github.palimpsest.results.items.Item;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A language model, its tasks as token sequences, and the measures of its text. */
public final class LanguageSubject implements Subject {
  /** Number of examples scored together; fixed, because it can change the last digits. */
  public static final int EVALUATION_BATCH = 16;

  private final ModelSource source;
  private final Device device;
  private final ExampleEncoder encoder;
  private final List<TaskData> tasks = new ArrayList<>();
  private final Map<String, EvaluationData> sets = new LinkedHashMap<>();
  private final Map<String, List<ScoredText>> targets = new HashMap<>();
  private final Measures measures;
  private final Overlaps overlaps;
  private final DataUse data;
  private final boolean packed;
  private @Nullable ModelLogLikelihoods likelihoods;
  private @Nullable Generator generator;
  private @Nullable WeightSnapshot scored;
  private @Nullable WeightSnapshot generating;

  private LanguageSubject(Experiment e, Formats formats, Measures measures, ModelSource source) {
    this.measures = measures;
    this.source = source;
    this.device = e.device();
    this.packed = e.batching().pack();
    int positions = source.model().spec().positions();
    if (e.maxLength() > positions) {
      throw e.places()
          .length()
          .error(
              "'training.max-length' is "
                  + e.maxLength()
                  + ", and the model has only "
                  + positions
                  + " positions");
    }
    this.encoder =
        new ExampleEncoder(source.tokenizer(), e.maxLength() == 0 ? positions : e.maxLength());
    TreeMap<String, List<Document>> trained = new TreeMap<>();
    TreeMap<String, Integer> duplicates = new TreeMap<>();
    TreeMap<String, DataCounts> counts = new TreeMap<>();
    TreeMap<String, Weights> weights = new TreeMap<>();
    TreeMap<String, DataUse.Source> sources = new TreeMap<>();
    e.corpus()
        .ifPresent(
            set -> {
              DataSource.Read read = TaskDocuments.corpus(e, set, formats);
              trained.put(set.name(), read.documents());
              counts.put(set.name(), read.counts());
              weights.put(set.name(), read.weights());
              tell(sources, set.name(), read.notes());
            });
    for (DataSet set : e.tasks()) {
      TaskDocuments documents = TaskDocuments.read(e, set, formats);
      trained.put(set.name(), documents.training());
      counts.put(set.name(), documents.counts());
      weights.put(set.name(), documents.weights());
      tell(sources, set.name(), documents.notes());
      set.test()
          .ifPresent(t -> tell(sources, set.name() + ", test", documents.evaluation().notes()));
      sets.put(set.name(), documents.evaluation());
      if (documents.duplicates() > 0) {
        duplicates.put(set.name(), documents.duplicates());
      }
    }
    for (DataSet set : e.evaluation()) {
      EvaluationData evaluation = TaskDocuments.evaluation(e, set, formats);
      tell(sources, set.name(), evaluation.notes());
      sets.put(set.name(), evaluation);
    }
    TreeMap<String, List<Document>> evaluated = new TreeMap<>();
    sets.forEach((name, data) -> evaluated.put(name, data.asked()));
    overlaps = new Overlaps(Overlap.between(trained, evaluated), duplicates).allowed(e);
    List<Example> corpus =
        e.corpus().map(set -> examples(set, trained, weights, counts)).orElse(List.of());
    for (DataSet set : e.tasks()) {
      List<Example> examples = examples(set, trained, weights, counts);
      tasks.add(
          TaskData.of(tasks.size(), set.name(), examples)
              .beside(corpus)
              .inBuckets(e.batching().buckets()));
    }
    // encoded here once, so that a set is refused before anything is trained
    sets.replaceAll((name, data) -> encoded(data));
    TreeMap<String, DataCounts> scoredCounts = new TreeMap<>();
    sets.forEach((name, data) -> scoredCounts.put(name, data.counts()));
    data = DataUse.of(encoder.length(), counts, scoredCounts, sources);
  }

  @Override
  public void save(WeightSnapshot weights, Path folder, Optional<Dtype> dtype, String card) {
    source.writer().write(folder, weights, dtype, card);
  }

  /**
   * Opens the model and reads all data.
   *
   * @param registry where the family of the model, the formats of the data and the measures come
   *     from
   * @throws PalimpsestException if a file is missing or malformed; names it
   */
  public static LanguageSubject open(Experiment experiment, PluginRegistry registry) {
    ModelOrigin model = ModelOrigin.of(experiment);
    Formats formats = Formats.of(registry).checked(experiment).with(model.chatTemplates());
    Measures measures = Measures.of(experiment, registry);
    ModelSource source = model.open(registry);
    try {
      return new LanguageSubject(experiment, formats, measures, source);
    } catch (RuntimeException e) {
      source.close();
      throw e;
    }
  }

  private static void tell(Map<String, DataUse.Source> sources, String name, ReadNotes notes) {
    if (notes.any()) {
      sources.put(
          name,
          new DataUse.Source(
              notes.formats(), notes.unread(), notes.files(), notes.bad(), notes.firstBad()));
    }
  }

  private EvaluationData encoded(EvaluationData data) {
    DataSet set = data.set();
    try {
      return data.encoded(
          measures.of(set.name()),
          source.tokenizer(),
          encoder.length(),
          source.model().spec().positions());
    } catch (TooLongException problem) {
      throw tooLong(set, "", problem);
    } catch (PalimpsestException problem) {
      throw set.place().error("set '" + set.name() + "': " + problem.getMessage());
    }
  }

  @Override
  public void requireRoom(String adapter, InputRoom room) {
    for (EvaluationData data : sets.values()) {
      DataSet set = data.set();
      if (measures.of(set.name()) instanceof AnswerMeasure measure) {
        try {
          data.requireRoom(measure, source.tokenizer(), room.tokens());
        } catch (TooLongException problem) {
          String left =
              "'%s' puts %d rows before the input, which leave %d of the model's %d positions: "
                  .formatted(adapter, room.rows().count(), room.tokens(), room.places());
          throw tooLong(set, left, problem);
        }
      }
    }
  }

  private static PalimpsestException tooLong(DataSet set, String why, TooLongException problem) {
    return set.place()
        .error(
            "set '%s': %s%s; '%s' can leave such records out"
                .formatted(
                    set.name(),
                    why,
                    problem.getMessage(),
                    set.test().isPresent() ? "test-filter" : "filter"));
  }

  private List<Example> examples(
      DataSet set,
      Map<String, List<Document>> trained,
      Map<String, Weights> weights,
      Map<String, DataCounts> counts) {
    ExampleEncoder.Encoded encoded =
        encoder(set).encode(set.name(), trained.getOrDefault(set.name(), List.of()));
    try {
      List<Example> all =
          Repeats.of(
              encoded.examples(),
              encoded.documents(),
              weights.getOrDefault(set.name(), Weights.ONCE));
      List<Example> some = TokenCap.over(Spread.over(all, set.examples()), set.maxTokens());
      counts.computeIfPresent(
          set.name(),
          (name, read) ->
              read.encoded(encoded.dropped(), encoded.cut(), all.size())
                  .chosen(all.size(), some.size()));
      return packed ? Packing.of(some, encoder.length()) : some;
    } catch (PalimpsestException problem) {
      throw set.place().error(problem);
    }
  }

  private ExampleEncoder encoder(DataSet set) {
    return new ExampleEncoder(
        encoder.tokenizer(), encoder.length(), set.windows(), false, set.truncation());
  }

  @Override
  public DataUse data() {
    return data;
  }

  @Override
  public Overlaps overlaps() {
    return overlaps;
  }

  @Override
  public Model model() {
    return packed ? source.model().packed() : source.model();
  }

  @Override
  public WeightSnapshot pretrained(long seed) {
    return source.pretrained(seed);
  }

  @Override
  public TaskData task(int index) {
    return tasks.get(index);
  }

  @Override
  public List<Example> examples(String set) {
    for (TaskData task : tasks) {
      if (task.name().equals(set)) {
        return task.examples();
      }
    }
    EvaluationData data = sets.get(set);
    if (data == null || !(measures.of(set) instanceof TargetMeasure)) {
      throw new PalimpsestException(
          "set '"
              + set
              + "' is not scored by the likelihood of its targets, such as 'nats-per-token', so it"
              + " has no loss that a probe could look at");
    }
    return data.examples();
  }

  @Override
  public SetScore score(String set, WeightSnapshot weights) {
    EvaluationData data = sets.get(set);
    if (data == null) {
      throw new IllegalArgumentException("no evaluation set '" + set + "'");
    }
    Measure measure = measures.of(set);
    return scored(measure, data, weights).by(measure);
  }

  @Override
  public List<Item> items(String set) {
    EvaluationData data = sets.get(set);
    return data == null ? List.of() : EvaluationItems.of(data, measures.of(set));
  }

  @Override
  public double loss(String set, WeightSnapshot weights) {
    EvaluationData data = sets.get(set);
    if (data == null) {
      throw new IllegalArgumentException("no evaluation set '" + set + "'");
    }
    List<ScoredText> texts =
        targets.computeIfAbsent(set, s -> data.targets(source.tokenizer(), encoder.length()));
    return TextScores.of(likelihoods(weights), texts).natsPerToken().value();
  }

  private ScoredItems scored(Measure measure, EvaluationData data, WeightSnapshot weights) {
    String set = data.set().name();
    if (measure instanceof TargetMeasure targets) {
      return ScoredItems.of(
          TextScores.answers(
                  likelihoods(weights), data.texts(), text -> data.text(text, source.tokenizer()))
              .stream()
              .map(targets::score)
              .toList());
    }
    if (measure instanceof ChoiceMeasure choices) {
      ChoiceScores.Encoded questions = data.questions(source.tokenizer(), encoder.length());
      return ScoredItems.of(
          choices, ChoiceScores.answers(likelihoods(weights).sharing(), questions));
    }
    AnswerMeasure generated = (AnswerMeasure) measure;
    return ScoredItems.of(
        GreedyAnswers.of(
                (prompts, most) -> answers(weights, prompts, most),
                encoder,
                set,
                data.documents(),
                Measures.tokens(data.set(), generated))
            .stream()
            .map(generated::score)
            .toList());
  }

  @Override
  public ScoredBatch largestBatch(String set) {
    EvaluationData data = sets.get(set);
    if (data == null) {
      throw new IllegalArgumentException("no evaluation set '" + set + "'");
    }
    return data.largestBatch(
        measures.of(set), source.tokenizer(), encoder.length(), EVALUATION_BATCH);
  }

  @Override
  public void release() {
    if (likelihoods != null && scored != null) {
      likelihoods.release();
    }
    if (generator != null && generating != null) {
      generator.release();
    }
    scored = null;
    generating = null;
  }

  private ModelLogLikelihoods likelihoods(WeightSnapshot weights) {
    ModelLogLikelihoods open = likelihoods;
    if (open != null && !open.takes(weights)) {
      open.close();
      open = null;
    }
    if (open == null) {
      open = new ModelLogLikelihoods(source.model(), weights, device, EVALUATION_BATCH);
      likelihoods = open;
    } else if (scored != weights) {
      open.load(weights);
    }
    scored = weights;
    return open;
  }

  private List<int[]> answers(WeightSnapshot weights, List<int[]> prompts, int most) {
    Generator open = generator;
    if (open != null && !open.takes(weights)) {
      open.close();
      open = null;
    }
    if (open == null) {
      open = new Generator(source.model(), weights, device);
      generator = open;
    } else if (generating != weights) {
      open.load(weights);
    }
    generating = weights;
    RandomGenerator unused = Streams.stream(0, "greedy", 0, 0);
    List<int[]> answers = new ArrayList<>();
    for (int from = 0; from < prompts.size(); from += EVALUATION_BATCH) {
      answers.addAll(
          open.generate(
              prompts.subList(from, Math.min(prompts.size(), from + EVALUATION_BATCH)),
              most,
              source.ends()::contains,
              Sampling.GREEDY,
              unused));
    }
    return answers;
  }

  @Override
  public void close() {
    if (likelihoods != null) {
      likelihoods.close();
    }
    if (generator != null) {
      generator.close();
    }
    source.close();
  }
}
