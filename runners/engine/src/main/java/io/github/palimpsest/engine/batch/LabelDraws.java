package io.github.palimpsest.engine.batch;

import io.github.palimpsest.api.model.Forward;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.types.TInt32;

/** Draws the labels of a pass from its own predictions. */
@FunctionalInterface
public interface LabelDraws {
  /**
   * One label for each prediction, of the shape of {@link Forward#labels()}.
   *
   * @param stream the name of the stream
   * @param pass the pass whose predictions are the distributions
   * @param rows the rows of the micro-batch that the pass is over; null for all
   */
  Operand<TInt32> draw(String stream, Forward pass, @Nullable Operand<TInt32> rows);
}
