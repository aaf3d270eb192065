package io.github.palimpsest.llm.task;

import io.github.palimpsest.api.measure.ItemScore;
import io.github.palimpsest.api.measure.TargetAnswer;
import io.github.palimpsest.api.measure.TargetMeasure;

/** {@code sum(nats) / ln 2 / sum(bytes)} over all items. */
final class BitsPerByte implements TargetMeasure {
  @Override
  public String unit() {
    return "bits per byte";
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
    ItemScore perByte = Perplexity.BYTE.score(answer);
    return ItemScore.of(perByte.score() / Math.log(2)).weighted(perByte.weight());
  }
}
