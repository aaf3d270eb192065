package io.github.palimpsest.experiment.subject;

import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.decoder.DecoderModel;
import io.github.palimpsest.llm.safetensors.Dtype;
import io.github.palimpsest.llm.text.TextTokenizer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongFunction;

/**
 * A model that is open, with what it starts from.
 *
 * @param model the model
 * @param tokenizer its tokenizer
 * @param ends the tokens that end a generated text
 * @param weights the weights before the first task, by seed; the same snapshot for the same seed
 * @param writer saves other weights of the model
 */
public record ModelSource(
    DecoderModel model,
    TextTokenizer tokenizer,
    Set<Integer> ends,
    LongFunction<WeightSnapshot> weights,
    Writer writer)
    implements AutoCloseable {
  /** Writes a model as a Hugging Face directory. */
  @FunctionalInterface
  public interface Writer {
    /**
     * Writes it.
     *
     * @param folder must not exist yet
     * @param weights one tensor for each of the model's parameters
     * @param dtype the type of the weights in the file; empty for that of the model's own files, or
     *     F32
     * @param card the content of {@code README.md}
     * @throws io.github.palimpsest.api.PalimpsestException if the folder exists or cannot be
     *     written; nothing is left behind
     */
    void write(Path folder, WeightSnapshot weights, Optional<Dtype> dtype, String card);
  }

  /** A model of which each seed draws its weights, once. */
  static ModelSource drawn(
      DecoderModel model,
      TextTokenizer tokenizer,
      Set<Integer> ends,
      LongFunction<WeightSnapshot> draw,
      Writer writer) {
    Map<Long, WeightSnapshot> bySeed = new HashMap<>();
    return new ModelSource(
        model, tokenizer, ends, seed -> bySeed.computeIfAbsent(seed, draw::apply), writer);
  }

  WeightSnapshot pretrained(long seed) {
    return weights.apply(seed);
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
