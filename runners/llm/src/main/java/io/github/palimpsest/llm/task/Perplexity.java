package io.github.palimpsest.llm.task;

import io.github.palimpsest.api.measure.ItemScore;
import io.github.palimpsest.api.measure.TargetAnswer;
import io.github.palimpsest.api.measure.TargetMeasure;
import io.github.palimpsest.llm.score.Spaces;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** {@code exp(sum(nats) / sum(units))} over all items, for one kind of unit. */
enum Perplexity implements TargetMeasure {
  /** An item is a unit. */
  ITEM(a -> 1),
  /** White space separates words, as {@code len(re.split(r"\s+", text))} counts them. */
  WORD(a -> Spaces.words(a.text())),
  /** A byte in UTF-8. */
  BYTE(a -> a.text().getBytes(StandardCharsets.UTF_8).length),
  /** A predicted token. */
  TOKEN(TargetAnswer::targets);

  private final ToDoubleFunction<TargetAnswer> units;

  Perplexity(ToDoubleFunction<TargetAnswer> units) {
    this.units = units;
  }

  @Override
  public boolean higherIsBetter() {
    return false;
  }

  @Override
  public double best() {
    return 1;
  }

  @Override
  public ItemScore score(TargetAnswer answer) {
    double count = units.applyAsDouble(answer);
    return ItemScore.of(answer.nats() / count).weighted(count);
  }

  @Override
  public double aggregate(List<ItemScore> items) {
    return Math.exp(ItemScore.mean(items));
  }
}
