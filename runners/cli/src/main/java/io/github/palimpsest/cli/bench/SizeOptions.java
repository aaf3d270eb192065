package io.github.palimpsest.cli.bench;

import io.github.palimpsest.cli.option.Ranged;
import io.github.palimpsest.engine.Training;
import io.github.palimpsest.engine.differentiation.LossChunk;
import picocli.CommandLine.Option;

/** Differences from a named shape that decide the size of the logits. */
final class SizeOptions {
  @Option(
      names = "--vocabulary",
      converter = Ranged.Length.class,
      paramLabel = "N",
      description = "tokens of the vocabulary; default: those of the shape")
  int vocabulary;

  @Option(
      names = "--batch",
      converter = Ranged.Count.class,
      paramLabel = "N",
      description = "examples of a step; default: those of the shape")
  int batch;

  @Option(
      names = "--loss-chunk",
      converter = Ranged.CountOrNone.class,
      paramLabel = "N",
      description = "tokens whose logits exist at the same time; default: by size, as in training")
  int lossChunk;

  BenchShape of(BenchShape shape) {
    BenchShape sized = vocabulary == 0 ? shape : shape.withVocabulary(vocabulary);
    return batch == 0 ? sized : sized.withBatch(batch);
  }

  Training of(Training training) {
    return training.with(new LossChunk(lossChunk));
  }
}
