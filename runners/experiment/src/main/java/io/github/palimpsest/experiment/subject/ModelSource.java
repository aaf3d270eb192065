package io.github.palimpsest.experiment.subject;

import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.decoder.DecoderModel;
import io.github.palimpsest.llm.text.TextTokenizer;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.LongFunction;

/**
 * A model that is open, with what it starts from.
 *
 * @param model the model
 * @param tokenizer its tokenizer
 * @param ends the tokens that end a generated text
 * @param weights the weights before the first task, by seed; the same snapshot for the same seed
 */
public record ModelSource(
    DecoderModel model,
    TextTokenizer tokenizer,
    Set<Integer> ends,
    LongFunction<WeightSnapshot> weights)
    implements AutoCloseable {

  /** A model of which each seed draws its weights, once. */
  static ModelSource drawn(
      DecoderModel model,
      TextTokenizer tokenizer,
      Set<Integer> ends,
      LongFunction<WeightSnapshot> draw) {
    Map<Long, WeightSnapshot> bySeed = new HashMap<>();
    return new ModelSource(
        model, tokenizer, ends, seed -> bySeed.computeIfAbsent(seed, draw::apply));
  }

  WeightSnapshot pretrained(long seed) {
    return weights.apply(seed);
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
