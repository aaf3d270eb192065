package io.github.palimpsest.engine.weights;

import io.github.palimpsest.api.parameter.WeightSnapshot;
import java.util.Optional;
import org.tensorflow.Result;

/**
 * The values of variables at one moment, held and not copied: a variable that changes takes new
 * memory, as long as its old value is held.
 *
 * @param weights may be read until this is closed; a tensor is copied when it is read
 * @param held where the values are; none if there are no values
 */
public record HeldWeights(WeightSnapshot weights, Optional<Result> held) implements AutoCloseable {
  @Override
  public void close() {
    held.ifPresent(Result::close);
  }
}
