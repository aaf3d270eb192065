package io.github.palimpsest.api.measure;

import io.github.palimpsest.api.Experimental;

/** Scores how likely a model finds the target tokens of an item, such as perplexity. */
@Experimental(since = "0.1")
public interface TargetMeasure extends Measure {
  /** The score of one item. */
  ItemScore score(TargetAnswer answer);
}
