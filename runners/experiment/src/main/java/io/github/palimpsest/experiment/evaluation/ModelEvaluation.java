package io.github.palimpsest.experiment.evaluation;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.random.Streams;
import io.github.palimpsest.decoder.Generator;
import io.github.palimpsest.decoder.Sampling;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.llm.model.HuggingFaceDirectory;
import io.github.palimpsest.llm.score.ContinuationEncoder;
import io.github.palimpsest.llm.score.ModelLogLikelihoods;
import io.github.palimpsest.llm.score.TooLong;
import io.github.palimpsest.llm.task.TaskEvaluation;
import io.github.palimpsest.llm.task.TaskResult;
import io.github.palimpsest.llm.text.TextTokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A model that can be evaluated on tasks, one after the other. */
public final class ModelEvaluation implements AutoCloseable {
  /** Examples that are computed together; another number can change the last digits. */
  private static final int BATCH = 16;

  private final HuggingFaceDirectory directory;
  private final WeightSnapshot weights;
  private final Device device;
  private final TextTokenizer tokenizer;
  private final ContinuationEncoder encoder;
  private @Nullable ModelLogLikelihoods likelihoods;
  private @Nullable Generator generator;

  /**
   * @param directory the model
   * @param weights its weights, with an adapter merged in if there is one
   */
  public ModelEvaluation(HuggingFaceDirectory directory, WeightSnapshot weights, Device device) {
    this.directory = directory;
    this.weights = weights;
    this.device = device;
    this.tokenizer = directory.tokenizer();
    this.encoder = new ContinuationEncoder(tokenizer, directory.model().spec().positions());
  }

  /**
   * Tasks with items that the model can be asked.
   *
   * @param tasks the tasks without the other items, which they count
   * @param told a sentence for each task that had others
   */
  public record Fitting(List<PreparedTask> tasks, List<String> told) {
    /** Copies the lists. */
    public Fitting {
      tasks = List.copyOf(tasks);
      told = List.copyOf(told);
    }
  }

  /**
   * Finds the items that the model cannot be asked, see {@link TaskEvaluation#tooLong}, of all
   * tasks. Nothing is scored.
   *
   * @param skip whether they are left out
   * @throws PalimpsestException if there are any that are not left out, or no other item of a task
   */
  public Fitting fitting(List<PreparedTask> all, boolean skip) {
    List<PreparedTask> fitting = new ArrayList<>();
    List<String> told = new ArrayList<>();
    for (PreparedTask task : all) {
      List<TooLong> found = evaluation().tooLong(task.task(), task.items());
      if (!found.isEmpty()) {
        String said = TooLong.told(found, task.items().size(), encoder.maxLength());
        told.add(task.task().name() + ": " + said);
      }
      fitting.add(found.isEmpty() || !skip ? task : task.without(found));
    }
    if (!told.isEmpty() && !skip) {
      throw new PalimpsestException(
          String.join(". ", told) + ". --skip-too-long leaves such items out and counts them");
    }
    return new Fitting(fitting, told);
  }

  /** Evaluates the model on a task. */
  public TaskResult of(PreparedTask prepared) {
    return evaluation().of(prepared.task(), prepared.items());
  }

  private TaskEvaluation evaluation() {
    return new TaskEvaluation(e -> likelihoods().sharing().of(e), encoder, this::generated);
  }

  private ModelLogLikelihoods likelihoods() {
    ModelLogLikelihoods open = likelihoods;
    if (open == null) {
      open = new ModelLogLikelihoods(directory.model(), weights, device, BATCH);
      likelihoods = open;
    }
    return open;
  }

  private List<int[]> generated(List<int[]> prompts, int most, Predicate<int[]> complete) {
    Generator open = generator;
    if (open == null) {
      open = new Generator(directory.model(), weights, device);
      generator = open;
    }
    int vocabulary = directory.model().spec().vocabulary();
    Set<Integer> ends = directory.endTokens();
    RandomGenerator unused = Streams.stream(0, "greedy", 0, 0);
    List<int[]> answers = new ArrayList<>();
    for (int from = 0; from < prompts.size(); from += BATCH) {
      List<int[]> some = prompts.subList(from, Math.min(prompts.size(), from + BATCH));
      List<int[]> own = new ArrayList<>(Collections.nCopies(some.size(), new int[0]));
      open.generate(
          some,
          most,
          (row, logits, at) -> {
            int token = Sampling.GREEDY.choose(logits, at, vocabulary, unused);
            if (ends.contains(token)) {
              return Generator.Chooser.END;
            }
            int[] longer = Arrays.copyOf(own.get(row), own.get(row).length + 1);
            longer[longer.length - 1] = token;
            own.set(row, longer);
            return complete.test(longer) ? Generator.Chooser.END : token;
          });
      answers.addAll(own);
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
    tokenizer.close();
  }
}
