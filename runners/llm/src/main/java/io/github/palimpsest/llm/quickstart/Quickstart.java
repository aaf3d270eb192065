package io.github.palimpsest.llm.quickstart;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.model.Activation;
import io.github.palimpsest.api.model.AttentionSpec;
import io.github.palimpsest.api.model.DecoderSpec;
import io.github.palimpsest.api.model.FeedForwardSpec;
import io.github.palimpsest.api.model.NormSpec;
import io.github.palimpsest.api.model.Rope;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.random.Streams;
import io.github.palimpsest.decoder.DecoderModel;
import io.github.palimpsest.decoder.config.FamilyConfig;
import io.github.palimpsest.engine.Training;
import io.github.palimpsest.llm.model.NewDirectory;
import io.github.palimpsest.llm.safetensors.Dtype;
import io.github.palimpsest.llm.text.ExampleEncoder;
import io.github.palimpsest.llm.text.TextTokenizer;
import io.github.palimpsest.storage.Folders;
import io.github.palimpsest.storage.IoReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The experiment that needs no data: facts about invented people first, then two skills that have
 * nothing to do with them. A tiny decoder learns the facts from random weights and forgets them
 * while it learns the skills, unless a strategy prevents this.
 *
 * <p>Each evaluated fact was trained on, in two other phrasings; the evaluated strings of the
 * skills were not. An answer is right if greedy generation gives exactly its words. By chance a
 * fact is right one time in eight, if the kind of answer is known.
 */
public final class Quickstart {
  /**
   * The training of each task: 200 steps of 16 examples. With {@code adamw(lr=0.001)} this is
   * enough to learn every task nearly perfectly and to forget the first one completely.
   */
  public static final Training TRAINING = new Training(20, 200, 16, 1, 0);

  /** The name of model and data in place of a folder or a file. */
  public static final String NAME = "quickstart";

  /** The most tokens of an example. */
  public static final int LENGTH = 24;

  private static final WordVocabulary WORDS = vocabulary();

  private final long seed;
  private final DecoderModel model;

  /**
   * @param seed of the facts, the strings and the initial weights
   */
  public Quickstart(long seed) {
    this.seed = seed;
    this.model =
        new DecoderModel(
            DecoderSpec.of(WORDS.size(), 64, 2)
                .attention(AttentionSpec.rotary(4, 16, Rope.of(10_000)))
                .feedForward(FeedForwardSpec.gated(128, Activation.SILU))
                .norm(NormSpec.rms(1e-5))
                .positions(LENGTH)
                .tiedHead(true)
                .initialDeviation(0.05)
                .bos(WordVocabulary.BOS)
                .eos(WordVocabulary.EOS)
                .build());
  }

  private static WordVocabulary vocabulary() {
    List<String> words = new ArrayList<>(Facts.vocabulary());
    words.addAll(Letters.vocabulary());
    return new WordVocabulary(words);
  }

  /** The model: two layers of width 64. */
  public DecoderModel model() {
    return model;
  }

  /** Its random weights. */
  public WeightSnapshot initialWeights() {
    return model.initialWeights(Streams.stream(seed, "quickstart-weights", 0, 0));
  }

  /** A tokenizer of all words of the tasks; close it after use. */
  public TextTokenizer tokenizer() {
    return WORDS.load();
  }

  /** Writes the tokenizer's files next to a saved model. */
  public void writeTokenizer(Path folder) {
    WORDS.write(folder);
  }

  /**
   * Saves the model with these weights as a Llama.
   *
   * @param target must not exist yet
   * @param registry contains the family of Llamas
   * @param dtype the type of the weights in the file
   * @throws PalimpsestException if the folder exists or cannot be written; nothing is left behind
   */
  public void save(Path target, PluginRegistry registry, Dtype dtype) {
    save(target, registry, dtype, initialWeights(), "");
  }

  /**
   * Saves the model with other weights as a Llama.
   *
   * @param target must not exist yet
   * @param registry contains the family of Llamas
   * @param dtype the type of the weights in the file
   * @param card the content of {@code README.md}; empty for no such file
   * @throws PalimpsestException if the folder exists or cannot be written; nothing is left behind
   */
  public void save(
      Path target, PluginRegistry registry, Dtype dtype, WeightSnapshot weights, String card) {
    FamilyConfig llama = FamilyConfig.of(registry.family("llama"));
    withTokenizer(files -> NewDirectory.save(target, llama, model, weights, dtype, files, card));
  }

  /**
   * Hands on a folder with the tokenizer's files, which is removed afterwards.
   *
   * @throws PalimpsestException if it cannot be written
   */
  public void withTokenizer(Consumer<Path> reader) {
    try {
      Path folder = Files.createTempDirectory("palimpsest-quickstart");
      try {
        writeTokenizer(folder);
        reader.accept(folder);
      } finally {
        Folders.delete(folder);
      }
    } catch (IOException e) {
      throw new PalimpsestException(
          "the tokenizer of the quickstart cannot be written: " + IoReason.of(e), e);
    }
  }

  /** The encoder of the tasks' documents. */
  public ExampleEncoder encoder(TextTokenizer tokenizer) {
    return new ExampleEncoder(tokenizer, LENGTH);
  }

  /** The tasks in order: facts, reversing, sorting. */
  public List<QuickstartTask> tasks() {
    return List.of(
        Facts.draw(Streams.stream(seed, "quickstart-data", 0, 0)),
        Letters.reversing(Streams.stream(seed, "quickstart-data", 1, 0)),
        Letters.sorting(Streams.stream(seed, "quickstart-data", 2, 0)));
  }
}
