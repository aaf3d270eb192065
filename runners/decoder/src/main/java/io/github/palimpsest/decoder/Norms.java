package io.github.palimpsest.decoder;

import io.github.palimpsest.api.model.DecoderPart;
import io.github.palimpsest.api.model.DecoderSpec;
import io.github.palimpsest.api.model.NormSpec;
import io.github.palimpsest.api.parameter.Weights;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** The norms of a decoder, by their parts. */
final class Norms {
  private final DecoderSpec spec;
  private final Ops tf;
  private final Weights at;
  private final Map<Integer, RmsNorm> rms = new HashMap<>();
  private final Optional<LayerNorm> layer;

  Norms(DecoderSpec spec, Ops tf, Weights at) {
    this.spec = spec;
    this.tf = tf;
    this.at = at;
    this.layer =
        spec.norm().kind() == NormSpec.Kind.LAYER
            ? Optional.of(new LayerNorm(tf, spec.width(), spec.norm().epsilon()))
            : Optional.empty();
  }

  /** A norm before a part of a layer, or {@code x} where the layers have none there. */
  Operand<TFloat32> before(Operand<TFloat32> x, DecoderPart gain, DecoderPart shift, int of) {
    return spec.normPlace().isBefore() ? shifted(x, gain, shift, of) : x;
  }

  /** A norm after a part of a layer, or {@code x} where the layers have none there. */
  Operand<TFloat32> after(Operand<TFloat32> x, DecoderPart gain, int of) {
    return spec.normPlace().isAfter() ? rms(x, spec.width(), gain, of) : x;
  }

  /** The norm after the last layer. */
  Operand<TFloat32> last(Operand<TFloat32> x) {
    return shifted(x, DecoderPart.FINAL_NORM, DecoderPart.FINAL_NORM_SHIFT, 0);
  }

  /** Queries or keys {@code [n, heads * headSize]}, normalised as the attention says. */
  Operand<TFloat32> projected(Operand<TFloat32> x, int heads, DecoderPart gain, int of) {
    int size = spec.attention().headSize();
    return switch (spec.attention().normed()) {
      case NOTHING -> x;
      case ROWS -> rms(x, heads * size, gain, of);
      case HEADS -> {
        Operand<TInt32> rows = tf.constant(new int[] {-1, heads * size});
        Operand<TFloat32> each = tf.reshape(x, tf.constant(new int[] {-1, size}));
        yield tf.reshape(rms(each, size, gain, of), rows);
      }
    };
  }

  private Operand<TFloat32> shifted(
      Operand<TFloat32> x, DecoderPart gain, DecoderPart shift, int of) {
    return layer
        .map(norm -> norm.apply(x, gain(gain, of), at.dense(spec.names().of(shift, of))))
        .orElseGet(() -> rms(x, spec.width(), gain, of));
  }

  private Operand<TFloat32> rms(Operand<TFloat32> x, int width, DecoderPart gain, int of) {
    double epsilon = spec.norm().epsilon();
    return rms.computeIfAbsent(width, w -> new RmsNorm(tf, w, epsilon)).apply(x, gain(gain, of));
  }

  private Operand<TFloat32> gain(DecoderPart part, int of) {
    Operand<TFloat32> stored = at.dense(spec.names().of(part, of));
    return spec.norm().isGainFromOne() ? tf.math.add(stored, tf.constant(1f)) : stored;
  }
}
