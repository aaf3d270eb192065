package io.github.palimpsest.llm.measure;

import io.github.palimpsest.api.measure.ItemScore;
import io.github.palimpsest.api.measure.MeasureProvider;
import io.github.palimpsest.api.measure.TargetAnswer;
import io.github.palimpsest.api.measure.TargetMeasure;

/** Mean negative log-likelihood of a target token, over the tokens of all items. */
final class NatsPerToken implements TargetMeasure {
  static final MeasureProvider PROVIDER =
      MeasureProvider.of(
              "nats-per-token",
              "Mean negative log-likelihood of a target token; lower is better",
              "-sum ln p(token | those before it) / number of tokens",
              "Jelinek et al. 1977, doi:10.1121/1.2016299 (exp of it is the perplexity)")
          .creates(s -> new NatsPerToken());

  @Override
  public String unit() {
    return "nats";
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
    return ItemScore.of(answer.nats() / answer.targets()).weighted(answer.targets());
  }
}
