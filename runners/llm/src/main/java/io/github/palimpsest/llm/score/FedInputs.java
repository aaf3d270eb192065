package io.github.palimpsest.llm.score;

import io.github.palimpsest.api.model.BatchTensors;
import io.github.palimpsest.api.model.InputSpec;
import io.github.palimpsest.api.model.Model;
import java.util.function.Function;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * The inputs of a program as a model's batch.
 *
 * @param model declares the inputs
 * @param operands the operand of each
 */
record FedInputs(Model model, Function<InputSpec, Operand<?>> operands) implements BatchTensors {
  @Override
  @SuppressWarnings("unchecked") // the declared type of the input says so
  public Operand<TInt32> ints(String name) {
    return (Operand<TInt32>) operands.apply(spec(name, InputSpec.Type.INT32));
  }

  @Override
  @SuppressWarnings("unchecked") // the declared type of the input says so
  public Operand<TFloat32> floats(String name) {
    return (Operand<TFloat32>) operands.apply(spec(name, InputSpec.Type.FLOAT32));
  }

  private InputSpec spec(String name, InputSpec.Type type) {
    return model.inputs().stream()
        .filter(in -> in.name().equals(name) && in.type() == type)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no input '" + name + "' of type " + type));
  }
}
