package io.github.palimpsest.api.optimizer;

import io.github.palimpsest.api.Experimental;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.Tensors;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * A capability of {@link Slots}: keeps slots of declared shapes. An optimizer calls {@link
 * Slot#old}, which asks for it.
 */
@Experimental(since = "0.2")
@FunctionalInterface
public interface ShapedSlots {
  /**
   * The value of a slot of one parameter after the previous step. {@link Slots#next} sets it by the
   * slot's name.
   *
   * @param slot as the optimizer declares it
   * @param p a parameter that has the slot
   * @param shape the slot's shape for it
   */
  Operand<TFloat32> old(Slot slot, ParameterSpec p, Shape shape);

  /**
   * The values of a slot after the previous step.
   *
   * @param slot as the optimizer declares it
   * @param of the parameters; those without the slot are left out of the result
   */
  default Tensors old(Slot slot, List<ParameterSpec> of) {
    Map<String, Operand<TFloat32>> values = new LinkedHashMap<>();
    for (ParameterSpec p : of) {
      slot.shape(p).ifPresent(shape -> values.put(p.name(), old(slot, p, shape)));
    }
    return Tensors.of(values);
  }
}
