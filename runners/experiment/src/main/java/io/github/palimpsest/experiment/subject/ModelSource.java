package io.github.palimpsest.experiment.subject;

import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.decoder.DecoderModel;
import io.github.palimpsest.experiment.file.DataPaths;
import io.github.palimpsest.experiment.file.Experiment;
import io.github.palimpsest.experiment.file.ExperimentFile;
import io.github.palimpsest.experiment.file.GeneratedData;
import io.github.palimpsest.llm.model.HuggingFaceDirectory;
import io.github.palimpsest.llm.quickstart.Quickstart;
import io.github.palimpsest.llm.text.TextTokenizer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongFunction;

/**
 * Where an experiment's model comes from.
 *
 * @param model the model
 * @param tokenizer its tokenizer
 * @param ends the tokens that end what the model writes
 * @param weights the weights before the first task, by seed; the same snapshot for the same seed
 */
record ModelSource(
    DecoderModel model,
    TextTokenizer tokenizer,
    Set<Integer> ends,
    LongFunction<WeightSnapshot> weights)
    implements AutoCloseable {

  /**
   * Opens the model of an experiment.
   *
   * @param registry where the family of the model is found
   */
  static ModelSource open(Experiment e, PluginRegistry registry) {
    if (e.model().equals(ExperimentFile.QUICKSTART)) {
      return generated();
    }
    Path folder = DataPaths.model(e);
    HuggingFaceDirectory directory = HuggingFaceDirectory.open(folder, registry);
    WeightSnapshot weights = directory.weights();
    TreeSet<Integer> ends = new TreeSet<>(directory.endTokens());
    TextTokenizer tokenizer = directory.tokenizer();
    tokenizer.eos().ifPresent(ends::add);
    return new ModelSource(directory.model(), tokenizer, ends, seed -> weights);
  }

  /** The generated model. */
  private static ModelSource generated() {
    Quickstart quickstart = new Quickstart(GeneratedData.SEED);
    Map<Long, WeightSnapshot> bySeed = new HashMap<>();
    TextTokenizer tokenizer = quickstart.tokenizer();
    return new ModelSource(
        quickstart.model(),
        tokenizer,
        Set.of(tokenizer.eos().orElseThrow()),
        seed -> bySeed.computeIfAbsent(seed, s -> new Quickstart(s).initialWeights()));
  }

  WeightSnapshot pretrained(long seed) {
    return weights.apply(seed);
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
