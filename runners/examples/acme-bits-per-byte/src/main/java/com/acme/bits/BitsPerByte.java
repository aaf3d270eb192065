package com.acme.bits;

import io.github.palimpsest.api.measure.ItemScore;
import io.github.palimpsest.api.measure.MeasureProvider;
import io.github.palimpsest.api.measure.TargetAnswer;
import io.github.palimpsest.api.measure.TargetMeasure;

/**
 * {@code -log2 p(target) / bytes}, over the bytes of all items. Unlike nats per token it can be
 * compared between models with different tokenizers.
 */
final class BitsPerByte implements TargetMeasure {
  static final MeasureProvider PROVIDER =
      MeasureProvider.of(
              "acme.bits-per-byte",
              "Bits for a byte of the target",
              "-sum log2 p(token | those before it) / number of bytes",
              "Gao et al. 2020, The Pile (arXiv:2101.00027)")
          .creates(s -> new BitsPerByte());

  @Override
  public String unit() {
    return "bits";
  }

  @Override
  public boolean higherIsBetter() {
    return false;
  }

  @Override
  public double best() {
    return 0;
  }

  @Override
  public ItemScore score(TargetAnswer answer) {
    long bytes = answer.bytes();
    // an item without text has no weight
    return bytes == 0
        ? ItemScore.of(0).weighted(0)
        : ItemScore.of(answer.nats() / Math.log(2) / bytes).weighted(bytes);
  }
}
