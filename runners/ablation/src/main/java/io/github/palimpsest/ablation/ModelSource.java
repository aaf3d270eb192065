package io.github.palimpsest.ablation;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.WeightSnapshot;
import io.github.palimpsest.llm.model.HuggingFaceDirectory;
import io.github.palimpsest.llm.model.LlamaModel;
import io.github.palimpsest.llm.text.TextTokenizer;
import java.nio.file.Files;
import java.nio.file.Path;
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
    LlamaModel model,
    TextTokenizer tokenizer,
    Set<Integer> ends,
    LongFunction<WeightSnapshot> weights)
    implements AutoCloseable {

  static ModelSource open(Experiment e) {
    if (e.model().equals(ExperimentFile.QUICKSTART)) {
      return QuickstartData.model();
    }
    Path folder = folder(e);
    HuggingFaceDirectory directory = HuggingFaceDirectory.open(folder);
    WeightSnapshot weights = directory.weights();
    TreeSet<Integer> ends = new TreeSet<>(directory.endTokens());
    TextTokenizer tokenizer = directory.tokenizer();
    tokenizer.eos().ifPresent(ends::add);
    return new ModelSource(directory.model(), tokenizer, ends, seed -> weights);
  }

  /** The hash of all that the model and its tokenizer are made of. */
  static String sha256(Experiment e) {
    return e.model().equals(ExperimentFile.QUICKSTART)
        ? ExperimentFile.QUICKSTART
        : SharedInputs.modelSha256(folder(e));
  }

  private static Path folder(Experiment e) {
    Path folder = DataPaths.find(e, e.place(), e.model());
    if (!Files.isDirectory(folder)) {
      throw new PalimpsestException(
          "model '" + e.model() + "' is not a folder with config.json and model.safetensors");
    }
    return folder;
  }

  WeightSnapshot pretrained(long seed) {
    return weights.apply(seed);
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
