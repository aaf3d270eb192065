package io.github.palimpsest.api.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.PalimpsestException;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class DecoderSpecTest {
  private static DecoderSpec.Builder builder() {
    return DecoderSpec.of(10, 8, 2)
        .attention(AttentionSpec.rotary(2, 4, Rope.of(10_000)))
        .feedForward(FeedForwardSpec.gated(16, Activation.SILU))
        .norm(NormSpec.rms(1e-5))
        .positions(32);
  }

  private static void refused(ThrowingCallable call, String message) {
    assertThatThrownBy(call).isInstanceOf(PalimpsestException.class).hasMessage(message);
  }

  @Test
  void descriptions_of_equal_parts_are_equal_and_each_part_counts() {
    DecoderSpec one = builder().build();
    assertThat(one).isEqualTo(builder().build()).hasSameHashCodeAs(builder().build());
    assertThat(one)
        .isNotEqualTo(builder().positions(33).build())
        .isNotEqualTo(builder().tiedHead(true).build())
        .isNotEqualTo(builder().initialDeviation(0.03).build())
        .isNotEqualTo(builder().bos(1).build())
        .isNotEqualTo(builder().eos(1).build())
        .isNotEqualTo(builder().norm(NormSpec.rms(1e-6)).build())
        .isNotEqualTo(builder().feedForward(FeedForwardSpec.gated(17, Activation.SILU)).build())
        .isNotEqualTo(
            builder()
                .attention(AttentionSpec.rotary(2, 4, Rope.of(10_000)).keyValueHeads(1))
                .build())
        .isNotEqualTo(
            builder()
                .attention(
                    AttentionSpec.rotary(2, 4, Rope.of(10_000).scaled(new Rope.LinearScaling(2))))
                .build())
        .isNotEqualTo(
            builder().names(TensorNames.usual().with(DecoderPart.HEAD, "head.weight")).build());
    assertThat(one.toString()).startsWith("decoder[vocabulary=10, width=8, layers=2");
  }

  @Test
  void a_missing_part_is_named() {
    refused(
        () -> DecoderSpec.of(10, 8, 2).positions(4).build(),
        "a decoder needs its attention before build()");
    refused(
        () -> DecoderSpec.of(10, 8, 2).build(),
        "the number of positions must be at least 1, not 0");
  }

  @Test
  void numbers_out_of_range_are_refused_with_the_value_and_what_is_allowed() {
    refused(() -> DecoderSpec.of(0, 8, 2).build(), "the vocabulary must be at least 1, not 0");
    refused(
        () -> FeedForwardSpec.gated(0, Activation.SILU),
        "the feed-forward width must be at least 1, not 0");
    refused(
        () -> AttentionSpec.rotary(2, 5, Rope.of(10_000)),
        "the head size must be even for rotary embedding, not 5");
    refused(
        () -> AttentionSpec.rotary(2, 4, Rope.of(10_000)).keyValueHeads(3),
        "3 key-value heads do not divide 2 query heads");
    refused(() -> builder().eos(10).build(), "the eos token 10 is outside the vocabulary of 10");
    refused(
        () ->
            DecoderSpec.of(1 << 20, 1 << 20, 1)
                .attention(AttentionSpec.rotary(2, 4, Rope.of(10_000)))
                .feedForward(FeedForwardSpec.gated(16, Activation.SILU))
                .norm(NormSpec.rms(1e-5))
                .positions(32)
                .build(),
        "the vocabulary times the width is 1099511627776; a tensor has at most 2147483639 numbers");
  }

  @Test
  void variations_that_contradict_each_other_are_refused() {
    AttentionSpec attention = AttentionSpec.rotary(2, 4, Rope.of(10_000));
    refused(
        () -> builder().attention(List.of(attention, attention, attention)).build(),
        "a decoder of 2 layers needs the attention of each, not of 3");
    refused(
        () -> builder().attention(List.of(attention, attention.biased(true, false))).build(),
        "the attention of layer 1, 2 heads of 4, 2 key-value heads, rope 10000.0 Unscaled[],"
            + " biases, stores other tensors than that of layer 0, 2 heads of 4, 2 key-value heads,"
            + " rope 10000.0 Unscaled[]");
    refused(
        () -> builder().norm(NormSpec.rms(1e-5), NormPlace.AROUND).parallel(true).build(),
        "parallel parts of a layer have norms before them only");
    refused(
        () -> builder().norm(NormSpec.layer(1e-5), NormPlace.AFTER).build(),
        "a norm after a part of a layer has no shift");
    refused(
        () -> attention.keyValueHeads(1).fused(AttentionSpec.Fusion.BY_HEAD),
        "queries, keys and values stored by head need as many key-value heads as query heads");
    refused(
        () -> FeedForwardSpec.plain(4, Activation.GELU).fused(),
        "a feed-forward block without a gate has nothing to fuse");
    refused(() -> ScaleSpec.none().cap(0), "the logit cap must be a number above 0, not 0.0");
    refused(
        () -> AttentionSpec.rotary(2, 4, Rope.of(10_000).partial(0.25)),
        "an even number of dimensions must rotate, 2 to 4, not 1");
  }

  @Test
  void layers_may_differ_in_what_they_attend_to() {
    AttentionSpec full = AttentionSpec.rotary(2, 4, Rope.of(10_000));
    DecoderSpec spec = builder().attention(List.of(full.window(3), full.withoutRope())).build();
    assertThat(spec.attentionByLayer()).containsExactly(full.window(3), full.withoutRope());
    assertThat(spec.attention().window()).hasValue(3);
  }

  @Test
  void a_name_has_the_layer_once_where_each_layer_has_the_part() {
    TensorNames names =
        TensorNames.usual().with(DecoderPart.QUERY, "h.{layer}.attention.query.weight");
    assertThat(names.of(DecoderPart.QUERY, 3)).isEqualTo("h.3.attention.query.weight");
    assertThat(names.of(DecoderPart.KEY, 3)).isEqualTo("model.layers.3.self_attn.k_proj.weight");
    assertThat(names.of(DecoderPart.FINAL_NORM, 0)).isEqualTo("model.norm.weight");
    refused(
        () -> names.with(DecoderPart.QUERY, "query.weight"),
        "tensor name 'query.weight' of QUERY must have '{layer}' once");
    refused(
        () -> names.with(DecoderPart.QUERY, "{layer}.{layer}"),
        "tensor name '{layer}.{layer}' of QUERY must have '{layer}' once");
    refused(
        () -> names.with(DecoderPart.HEAD, "head.{layer}"),
        "tensor name 'head.{layer}' of HEAD must have '{layer}' nowhere");
  }
}
