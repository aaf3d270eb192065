package io.github.palimpsest.decoder;

import io.github.palimpsest.api.model.AttentionSpec;
import io.github.palimpsest.api.model.DecoderPart;
import io.github.palimpsest.api.model.DecoderSpec;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * A tensor of a description.
 *
 * @param part what it is
 * @param parameter its name, shape and role
 */
record DecoderTensor(DecoderPart part, ParameterSpec parameter) {
  private static final List<DecoderPart> LAST =
      List.of(DecoderPart.FINAL_NORM, DecoderPart.FINAL_NORM_SHIFT, DecoderPart.HEAD);

  /** All tensors, in the order in which initial weights are drawn. */
  static List<DecoderTensor> of(DecoderSpec s) {
    List<DecoderTensor> all = new ArrayList<>();
    add(all, s, DecoderPart.EMBEDDING, -1);
    add(all, s, DecoderPart.POSITION, -1);
    for (int layer = 0; layer < s.layers(); layer++) {
      for (DecoderPart part : DecoderPart.values()) {
        if (part.inLayer()) {
          add(all, s, part, layer);
        }
      }
    }
    LAST.forEach(part -> add(all, s, part, -1));
    return List.copyOf(all);
  }

  private static void add(List<DecoderTensor> all, DecoderSpec s, DecoderPart part, int layer) {
    if (has(s, part)) {
      all.add(
          new DecoderTensor(
              part,
              new ParameterSpec(s.names().of(part, layer), shape(s, part), part.role(), layer)));
    }
  }

  private static boolean has(DecoderSpec s, DecoderPart part) {
    AttentionSpec a = s.attention();
    boolean apart = a.fusion() == AttentionSpec.Fusion.NONE;
    boolean gated = s.feedForward().isGated();
    boolean fused = s.feedForward().isFused();
    boolean biased = s.feedForward().isBiased();
    return switch (part) {
      case EMBEDDING, ATTENTION_OUTPUT, DOWN, FINAL_NORM -> true;
      case POSITION -> s.hasLearnedPositions();
      case QUERY, KEY, VALUE -> apart;
      case QUERY_KEY_VALUE -> !apart;
      case QUERY_BIAS, KEY_BIAS, VALUE_BIAS -> apart && a.isBiased();
      case QUERY_KEY_VALUE_BIAS -> !apart && a.isBiased();
      case ATTENTION_OUTPUT_BIAS -> a.isOutputBiased();
      case QUERY_NORM, KEY_NORM -> a.normed() != AttentionSpec.Normed.NOTHING;
      case GATE -> gated && !fused;
      case UP -> !fused;
      case GATE_UP -> fused;
      case GATE_BIAS -> gated && !fused && biased;
      case UP_BIAS -> !fused && biased;
      case GATE_UP_BIAS -> fused && biased;
      case DOWN_BIAS -> biased;
      case ATTENTION_NORM, FEED_FORWARD_NORM -> s.normPlace().isBefore();
      case ATTENTION_NORM_SHIFT, FEED_FORWARD_NORM_SHIFT ->
          s.normPlace().isBefore() && s.norm().hasShift();
      case AFTER_ATTENTION_NORM, AFTER_FEED_FORWARD_NORM -> s.normPlace().isAfter();
      case FINAL_NORM_SHIFT -> s.norm().hasShift();
      case HEAD -> !s.tiedHead();
    };
  }

  private static Shape shape(DecoderSpec s, DecoderPart part) {
    AttentionSpec a = s.attention();
    int queries = a.heads() * a.headSize();
    int keys = a.keyValueHeads() * a.headSize();
    int inner = s.feedForward().width();
    boolean wholeRows = a.normed() == AttentionSpec.Normed.ROWS;
    return switch (part) {
      case EMBEDDING, HEAD -> Shape.of(s.vocabulary(), s.width());
      case POSITION -> Shape.of(s.positions(), s.width());
      case QUERY -> Shape.of(s.width(), queries);
      case KEY, VALUE -> Shape.of(s.width(), keys);
      case QUERY_KEY_VALUE -> Shape.of(s.width(), queries + 2 * keys);
      case ATTENTION_OUTPUT -> Shape.of(queries, s.width());
      case GATE, UP -> Shape.of(s.width(), inner);
      case GATE_UP -> Shape.of(s.width(), 2 * inner);
      case DOWN -> Shape.of(inner, s.width());
      case QUERY_BIAS -> Shape.of(queries);
      case KEY_BIAS, VALUE_BIAS -> Shape.of(keys);
      case QUERY_KEY_VALUE_BIAS -> Shape.of(queries + 2 * keys);
      case GATE_BIAS, UP_BIAS -> Shape.of(inner);
      case GATE_UP_BIAS -> Shape.of(2 * inner);
      case QUERY_NORM -> Shape.of(wholeRows ? queries : a.headSize());
      case KEY_NORM -> Shape.of(wholeRows ? keys : a.headSize());
      case ATTENTION_OUTPUT_BIAS,
          DOWN_BIAS,
          ATTENTION_NORM,
          ATTENTION_NORM_SHIFT,
          AFTER_ATTENTION_NORM,
          FEED_FORWARD_NORM,
          FEED_FORWARD_NORM_SHIFT,
          AFTER_FEED_FORWARD_NORM,
          FINAL_NORM,
          FINAL_NORM_SHIFT ->
          Shape.of(s.width());
    };
  }

  /** The value of all its numbers in a new model; empty if they are drawn. */
  OptionalDouble initial(DecoderSpec s) {
    return switch (part) {
      case ATTENTION_NORM_SHIFT, FEED_FORWARD_NORM_SHIFT, FINAL_NORM_SHIFT -> OptionalDouble.of(0);
      default ->
          switch (parameter.role()) {
            case BIAS -> OptionalDouble.of(0);
            case NORM -> OptionalDouble.of(s.norm().isGainFromOne() ? 0 : 1);
            case KERNEL, EMBEDDING, HEAD, ADAPTER -> OptionalDouble.empty();
          };
    };
  }
}
