package io.github.palimpsest.api.model;

import io.github.palimpsest.api.Experimental;
import io.github.palimpsest.api.parameter.Weights;

/**
 * A capability of a {@link Model}: it puts the rows of {@link Weights#rowsBefore} before the
 * embedded input of every sequence. The rows take the first n places, so that of the input shift by
 * n; every place of the input can attend to them as to real tokens that came first. They are
 * nothing to predict: losses, weights, labels and logits stay those of the input's places.
 *
 * <p>An adapter with {@link io.github.palimpsest.api.adapter.InputRows} needs it. A runner refuses
 * such an adapter for other models, for rows of another table, and for sequences that are too long
 * with the rows.
 */
@Experimental(since = "0.2")
public interface RowsBeforeInput {
  /** The table that embeds the input: a row before it has its width. */
  String inputTable();

  /** The largest number of places of a sequence, with its rows and without its last token. */
  int places();
}
