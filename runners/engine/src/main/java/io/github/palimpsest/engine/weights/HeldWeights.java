package io.github.palimpsest.engine.weights;

import io.github.palimpsest.api.parameter.WeightSnapshot;
import java.util.List;
import java.util.Optional;
import org.tensorflow.Result;

/**
 * The values of variables at one moment, held and not copied: while the old value is held, a
 * variable that changes uses new memory.
 *
 * @param weights those with each of the asked prefixes; can be read until this is closed, and a
 *     tensor is copied on access
 * @param held owns the values; none if there are no values
 */
public record HeldWeights(List<WeightSnapshot> weights, Optional<Result> held)
    implements AutoCloseable {
  /** Copies the list. */
  public HeldWeights {
    weights = List.copyOf(weights);
  }

  @Override
  public void close() {
    held.ifPresent(Result::close);
  }
}
