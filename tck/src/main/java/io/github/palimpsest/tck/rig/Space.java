package io.github.palimpsest.tck.rig;

import io.github.palimpsest.api.adapter.Adapter;
import io.github.palimpsest.api.adapter.BoundAdapter;
import io.github.palimpsest.api.model.Model;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.parameter.Weights;
import io.github.palimpsest.api.random.Streams;
import io.github.palimpsest.engine.AdaptedBase;
import io.github.palimpsest.engine.weights.Shapes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * The trained parameters and the resulting weights of the model: its own, or an adapter's.
 *
 * @param specs the trainable parameters
 * @param start their values at the start
 * @param base the model's weights
 * @param adapter the adapter, if any
 */
public record Space(
    List<ParameterSpec> specs, Named start, WeightSnapshot base, Optional<BoundAdapter> adapter) {

  /** The space of a model, or of an adapter on it. */
  public static Space of(Model model, Named weights, Optional<Adapter> adapter) {
    WeightSnapshot base = weights.snapshot(model.parameters());
    return adapter
        .map(a -> a.bind(model.parameters()))
        .map(
            b -> {
              WeightSnapshot adapted =
                  AdaptedBase.of(model, base, b, List.of(), AdaptedBase.rng(7, 0));
              return new Space(
                  b.trainable(),
                  Named.of(b.initial(adapted, Streams.stream(7, "adapter", 0, 0))),
                  adapted,
                  Optional.of(b));
            })
        .orElseGet(() -> new Space(model.parameters(), weights, base, Optional.empty()));
  }

  /** The weights that the model sees at a point. */
  public Weights weights(Ops tf, Tensors at) {
    return adapter
        .map(a -> a.effective(tf, Params.of(at), new PlainWeights(tf, constants(tf, base))))
        .orElseGet(() -> new PlainWeights(tf, at));
  }

  /** A snapshot as constant operands. */
  public static Tensors constants(Ops tf, WeightSnapshot values) {
    Map<String, Operand<TFloat32>> constants = new LinkedHashMap<>();
    for (String tensor : values.names()) {
      constants.put(
          tensor,
          tf.constant(Shapes.of(values.shape(tensor)), DataBuffers.of(values.copy(tensor))));
    }
    return Tensors.of(constants);
  }
}
