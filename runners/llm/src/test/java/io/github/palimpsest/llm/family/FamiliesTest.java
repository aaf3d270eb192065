package io.github.palimpsest.llm.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.model.AttentionSpec;
import io.github.palimpsest.api.model.DecoderSpec;
import io.github.palimpsest.api.model.ModelFamilyProvider;
import io.github.palimpsest.api.model.Rope;
import io.github.palimpsest.decoder.config.FamilyConfig;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What the keys of the families other than Llama mean. */
class FamiliesTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static DecoderSpec read(ModelFamilyProvider provider, Consumer<ObjectNode> change) {
    FamilyConfig family = FamilyConfig.of(provider);
    try {
      ObjectNode json = (ObjectNode) JSON.readTree(family.family().example());
      change.accept(json);
      return family.read("config.json", json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<OptionalInt> windows(DecoderSpec spec) {
    return spec.attentionByLayer().stream().map(AttentionSpec::window).toList();
  }

  private static void refused(
      ModelFamilyProvider provider, Consumer<ObjectNode> change, String message) {
    assertThatThrownBy(() -> read(provider, change))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining(message);
  }

  @Test
  void a_window_that_is_null_is_none_and_one_that_is_missing_is_the_usual_one() {
    assertThat(windows(read(MistralFamily.PROVIDER, c -> {}))).containsOnly(OptionalInt.of(4));
    assertThat(windows(read(MistralFamily.PROVIDER, c -> c.putNull("sliding_window"))))
        .containsOnly(OptionalInt.empty());
    assertThat(windows(read(MistralFamily.PROVIDER, c -> c.remove("sliding_window"))))
        .containsOnly(OptionalInt.of(4096));
    assertThat(windows(read(Phi3Family.PROVIDER, c -> c.remove("sliding_window"))))
        .containsOnly(OptionalInt.empty());
  }

  @Test
  void qwen_has_windows_from_a_layer_on_and_only_if_they_are_switched_on() {
    OptionalInt none = OptionalInt.empty();
    OptionalInt four = OptionalInt.of(4);
    assertThat(windows(read(Qwen2Family.PROVIDER, c -> {})))
        .containsExactly(none, none, four, four);
    assertThat(windows(read(Qwen2Family.PROVIDER, c -> c.put("use_sliding_window", false))))
        .containsOnly(none);
    Consumer<ObjectNode> listed =
        c ->
            c.putArray("layer_types")
                .add("sliding_attention")
                .add("full_attention")
                .add("full_attention")
                .add("full_attention");
    assertThat(windows(read(Qwen3Family.PROVIDER, listed))).containsExactly(four, none, none, none);
    refused(
        Qwen3Family.PROVIDER,
        listed.andThen(c -> c.put("use_sliding_window", false)),
        "'use_sliding_window' is not true");
    refused(
        Qwen3Family.PROVIDER,
        c -> c.putArray("layer_types").add("full_attention"),
        "it must list 4 times 'full_attention' or 'sliding_attention'");
  }

  @Test
  void gemma_3_has_two_rotations_in_the_newer_and_the_older_keys() {
    Consumer<ObjectNode> newer =
        c -> {
          c.remove("rope_theta");
          c.remove("rope_local_base_freq");
          ObjectNode rope = c.putObject("rope_parameters");
          rope.putObject("full_attention")
              .put("rope_type", "linear")
              .put("rope_theta", 2e4)
              .put("factor", 8.0);
          rope.putObject("sliding_attention").put("rope_type", "default").put("rope_theta", 5e3);
        };
    Consumer<ObjectNode> older =
        c -> c.putObject("rope_scaling").put("rope_type", "linear").put("factor", 8.0);
    DecoderSpec spec = read(Gemma3TextFamily.PROVIDER, newer);
    assertThat(spec).isEqualTo(read(Gemma3TextFamily.PROVIDER, older));
    assertThat(spec.attentionByLayer().stream().map(AttentionSpec::rope).map(r -> r.orElseThrow()))
        .containsExactly(
            Rope.of(5e3),
            Rope.of(2e4).scaled(new Rope.LinearScaling(8)),
            Rope.of(5e3),
            Rope.of(2e4).scaled(new Rope.LinearScaling(8)));
    assertThat(spec.scales().embedding()).isEqualTo(Math.sqrt(16));
    refused(
        Gemma3TextFamily.PROVIDER,
        c -> c.put("use_bidirectional_attention", true),
        "'use_bidirectional_attention' is true; attention is causal here");
  }

  @Test
  void a_layer_of_gemma_with_a_window_that_is_null_is_refused_as_transformers_does() {
    for (ModelFamilyProvider gemma : List.of(Gemma2Family.PROVIDER, Gemma3TextFamily.PROVIDER)) {
      refused(
          gemma,
          c -> c.putNull("sliding_window"),
          "'sliding_window' is null; layers of the type 'sliding_attention' need a window");
      Consumer<ObjectNode> full =
          c -> {
            c.putNull("sliding_window");
            c.remove("sliding_window_pattern");
            c.putArray("layer_types").add("full_attention").add("full_attention");
            c.put("num_hidden_layers", 2);
          };
      DecoderSpec spec = read(gemma, full);
      assertThat(spec.attentionByLayer()).allMatch(a -> a.window().isEmpty());
      FamilyConfig family = FamilyConfig.of(gemma);
      assertThat(family.read("written", family.write(spec))).isEqualTo(spec);
      ObjectNode written = family.write(spec);
      assertThat(written.get("query_pre_attn_scalar").isIntegralNumber())
          .as("transformers refuses 9.0")
          .isTrue();
      assertThat(written.get("pad_token_id").isNull()).as("the usual one has a meaning").isTrue();
    }
  }

  @Test
  void a_layer_of_smollm3_without_rotation_is_each_nth_or_listed() {
    assertThat(
            read(Smollm3Family.PROVIDER, c -> {}).attentionByLayer().stream()
                .map(a -> a.rope().isPresent()))
        .as("no_rope_layer_interval 3")
        .containsExactly(true, true, false, true);
    assertThat(
            read(
                    Smollm3Family.PROVIDER,
                    c -> c.putArray("no_rope_layers").add(0).add(1).add(1).add(0))
                .attentionByLayer()
                .stream()
                .map(a -> a.rope().isPresent()))
        .containsExactly(false, true, true, false);
    refused(
        Smollm3Family.PROVIDER,
        c -> c.putArray("no_rope_layers").add(0).add(2).add(1).add(0),
        "'no_rope_layers' is [0,2,1,0]; it must list 4 times 0 or 1");
  }

  @Test
  void yarn_keeps_fast_frequencies_divides_slow_ones_and_blends_between() {
    DecoderSpec spec =
        read(
            LlamaFamily.PROVIDER,
            c -> {
              c.put("rope_theta", 10_000.0).put("head_dim", 8);
              c.putObject("rope_scaling")
                  .put("rope_type", "yarn")
                  .put("factor", 4.0)
                  .put("beta_fast", 2.0)
                  .put("original_max_position_embeddings", 16);
            });
    Rope rope = spec.attention().rope().orElseThrow();
    // pairs that turn twice and once in 16 positions: 8 ln(16 / (r 2 pi)) / (2 ln 10000)
    double low = Math.floor(8 * Math.log(16 / (2 * 2 * Math.PI)) / (2 * Math.log(10_000)));
    double high = Math.ceil(8 * Math.log(16 / (2 * Math.PI)) / (2 * Math.log(10_000)));
    assertThat(low).isEqualTo(0);
    assertThat(high).isEqualTo(1);
    float[] f = rope.frequencies(8);
    assertThat(f[0]).as("pair 0 is kept").isEqualTo(1f);
    assertThat(f[1]).as("pair 1 is divided").isCloseTo((float) (0.1 / 4), within(1e-9f));
    assertThat(f[3]).isCloseTo((float) (1e-3 / 4), within(1e-9f));
    assertThat(rope.scaling().amplitude()).isEqualTo(0.1 * Math.log(4) + 1);
  }

  @Test
  void longrope_has_factors_for_short_and_for_long_sequences() {
    Consumer<ObjectNode> scaled =
        c -> {
          c.put("original_max_position_embeddings", 8);
          ObjectNode scaling = c.putObject("rope_scaling").put("type", "longrope");
          scaling.putArray("short_factor").add(1.5);
          scaling.putArray("long_factor").add(3.0);
        };
    DecoderSpec spec = read(Phi3Family.PROVIDER, scaled);
    Rope rope = spec.attention().rope().orElseThrow();
    // half of the 4 dimensions of a head rotate: one pair, with the frequency 1
    assertThat(rope.frequencies(4)).containsExactly((float) (1 / 1.5));
    assertThat(rope.longFrequencies(4)).hasValue(new float[] {(float) (1 / 3.0)});
    assertThat(rope.scaling().amplitude())
        .as("positions 32 of 8")
        .isEqualTo(Math.sqrt(1 + Math.log(4) / Math.log(8)));
    FamilyConfig phi = FamilyConfig.of(Phi3Family.PROVIDER);
    assertThat(phi.read("written", phi.write(spec))).isEqualTo(spec);
    refused(
        Phi3Family.PROVIDER,
        scaled.andThen(c -> c.put("partial_rotary_factor", 1.0)),
        "rope scaling 'longrope' needs 2 short and long factors, not 1 and 1");
  }
}
