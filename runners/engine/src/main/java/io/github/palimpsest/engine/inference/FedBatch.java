package io.github.palimpsest.engine.inference;

import io.github.palimpsest.api.model.BatchTensors;
import io.github.palimpsest.api.model.InputSpec;
import io.github.palimpsest.api.model.Model;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * The inputs of an {@link Inference} program as a model's batch.
 *
 * @param byName an operand for each input
 */
public record FedBatch(Map<String, Operand<?>> byName) implements BatchTensors {
  /**
   * The batch of a program.
   *
   * @param model declares the inputs
   * @param inputs the operand of each
   */
  public static FedBatch of(Model model, Function<InputSpec, Operand<?>> inputs) {
    Map<String, Operand<?>> byName = new LinkedHashMap<>();
    model.inputs().forEach(in -> byName.put(in.name(), inputs.apply(in)));
    return new FedBatch(byName);
  }

  @Override
  public Operand<TInt32> ints(String name) {
    return byName.get(name).asOutput().expect(TInt32.class);
  }

  @Override
  public Operand<TFloat32> floats(String name) {
    return byName.get(name).asOutput().expect(TFloat32.class);
  }
}
