package io.github.palimpsest.api.optimizer;

import io.github.palimpsest.api.Experimental;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Tensors;
import java.util.List;

/**
 * A capability of {@link Slots}: keeps slots of declared shapes. An optimizer calls {@link
 * Slot#old}, which asks for it.
 */
@Experimental(since = "0.2")
@FunctionalInterface
public interface ShapedSlots {
  /**
   * The value of a slot after the previous step. {@link Slots#next} sets it by its name.
   *
   * @param slot as the optimizer declares it
   * @param of the parameters; those without the slot are left out of the result
   */
  Tensors old(Slot slot, List<ParameterSpec> of);
}
