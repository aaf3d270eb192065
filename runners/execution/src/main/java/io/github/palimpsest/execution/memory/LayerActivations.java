package io.github.palimpsest.execution.memory;

import io.github.palimpsest.api.model.AttentionSpec;
import io.github.palimpsest.api.model.DecoderSpec;
import io.github.palimpsest.api.model.FeedForwardSpec;
import io.github.palimpsest.api.model.NormSpec;
import io.github.palimpsest.engine.differentiation.Recompute;

/**
 * The values of one layer that a forward pass keeps for the backward pass, in floats for each
 * token. With d, q, k and f the widths of the hidden state, of all queries, of all keys and of the
 * feed-forward block, and s the scores of all heads of a token:
 *
 * <pre>
 *   norms      2 d for each norm (normalised, and with its gain), 3 d for a layer norm
 *   attention  q + 2 k (rotated queries and keys, values), s (softmax), q (mixed values)
 *   block      gated SiLU 5 f: gate, sigmoid, their product, up, the inner product
 *
 *   nothing      norms + attention + block
 *   wide         norms + attention + k + the products of the block: 2 f
 *   activations  2 d + q + 2 k + the products of the block
 *   layers       2 d
 * </pre>
 *
 * @param spec the description of the model
 * @param tokens the length of an example
 */
record LayerActivations(DecoderSpec spec, int tokens) {

  /** What is kept under a setting, which is not {@code auto}. */
  long kept(Recompute recompute) {
    return switch (recompute) {
      case AUTO -> throw new IllegalArgumentException("auto depends on the size of the model");
      case NOTHING -> all();
      case WIDE -> norms() + attention() + k() + blockProducts();
      case ACTIVATIONS ->
          boundaries()
              + projections()
              + blockProducts()
              + (spec.normPlace().isAfter() ? 2 * d() : 0);
      case LAYERS -> boundaries();
    };
  }

  /** Everything, which exists for one layer while it is computed again. */
  long all() {
    return norms() + attention() + block();
  }

  /** The most that exists at once of a layer whose values are not kept. */
  long passing() {
    return 2 * d() + Math.max(3 * scores() + q() + 2 * k(), 4 * f());
  }

  /** The inputs of all products with kernels, each counted for each product. */
  long productInputs() {
    int narrow = spec.attention().fusion() == AttentionSpec.Fusion.NONE ? 3 : 1;
    int wide = spec.feedForward().isGated() && !spec.feedForward().isFused() ? 2 : 1;
    return (narrow + wide) * d() + q() + f();
  }

  /** Keys and values of a token. */
  long cached() {
    return 2 * k();
  }

  private long d() {
    return spec.width();
  }

  private long q() {
    return (long) spec.attention().heads() * spec.attention().headSize();
  }

  private long k() {
    return (long) spec.attention().keyValueHeads() * spec.attention().headSize();
  }

  private long f() {
    return spec.feedForward().width();
  }

  private long scores() {
    return (long) spec.attention().heads() * tokens;
  }

  private long boundaries() {
    return spec.isParallel() ? d() : 2 * d();
  }

  private long projections() {
    return q() + 2 * k();
  }

  private long norms() {
    long before = spec.norm().kind() == NormSpec.Kind.LAYER ? 3 * d() : 2 * d();
    return (spec.normPlace().isBefore() ? 2 * before : 0)
        + (spec.normPlace().isAfter() ? 4 * d() : 0);
  }

  private long attention() {
    long normed = spec.attention().normed() == AttentionSpec.Normed.NOTHING ? 0 : 2 * (q() + k());
    long capped = spec.attention().cap().isPresent() ? scores() : 0;
    return normed + projections() + scores() + capped + q();
  }

  private long blockProducts() {
    return spec.feedForward().isGated() ? 2 * f() : f();
  }

  private long block() {
    FeedForwardSpec block = spec.feedForward();
    // what the gradient of the activation needs, and the activated value
    long activation =
        switch (block.activation()) {
          case SILU -> 3;
          case GELU -> 4;
          case GELU_TANH -> 6;
        };
    return (activation + (block.isGated() ? 2 : 0)) * f();
  }
}
