package io.github.palimpsest.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.adapter.BoundAdapter;
import io.github.palimpsest.api.adapter.PeftAdapter;
import io.github.palimpsest.api.adapter.PeftExport;
import io.github.palimpsest.api.adapter.PeftImport;
import io.github.palimpsest.api.adapter.PeftReader;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.ParameterSpec.Role;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.recipe.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the keys of {@code adapter_config.json} choose. */
class PeftFormsTest {
  private static final String Q0 = "model.layers.0.self_attn.q_proj.weight";
  private static final String Q1 = "model.layers.1.self_attn.q_proj.weight";
  private static final String V0 = "model.layers.0.self_attn.v_proj.weight";
  private static final String V1 = "model.layers.1.self_attn.v_proj.weight";

  /** Two layers with two kernels and their biases, a norm and a head. */
  private static final List<ParameterSpec> MODEL = model();

  private static List<ParameterSpec> model() {
    List<ParameterSpec> all = new ArrayList<>();
    all.add(new ParameterSpec("model.embed_tokens.weight", Shape.of(6, 4), Role.EMBEDDING));
    for (int layer = 0; layer < 2; layer++) {
      for (String kernel : List.of("q_proj", "v_proj")) {
        String module = "model.layers." + layer + ".self_attn." + kernel;
        all.add(new ParameterSpec(module + ".weight", Shape.of(4, 3), Role.KERNEL, layer));
        all.add(new ParameterSpec(module + ".bias", Shape.of(3), Role.BIAS, layer));
      }
    }
    all.add(new ParameterSpec("model.norm.weight", Shape.of(4), Role.NORM));
    all.add(new ParameterSpec("lm_head.weight", Shape.of(6, 4), Role.HEAD));
    return all;
  }

  private static Map<String, Value> recipe(Map<String, Object> keys) {
    TreeMap<String, Object> config = new TreeMap<>(keys);
    config.put("peft_type", "LORA");
    config.putIfAbsent("r", 2);
    config.putIfAbsent("target_modules", List.of("q_proj", "v_proj"));
    return new TreeMap<>(
        Lora.PROVIDER
            .capability(PeftReader.class)
            .flatMap(r -> r.recipe(config))
            .orElseThrow()
            .arguments());
  }

  private static BoundAdapter bound(Map<String, Object> keys) {
    return Bench.adapter(Lora.PROVIDER, recipe(keys)).bind(MODEL);
  }

  private static List<String> kernels(Map<String, Object> keys) {
    return bound(keys).trainable().stream()
        .map(ParameterSpec::name)
        .filter(n -> n.startsWith("lora_A."))
        .map(n -> n.substring("lora_A.".length()))
        .toList();
  }

  @Test
  void modules_are_chosen_by_last_name_pattern_layer_and_exclusion() {
    assertThat(kernels(Map.of("target_modules", List.of("q_proj")))).containsExactly(Q0, Q1);
    assertThat(kernels(Map.of("target_modules", "all-linear"))).containsExactly(Q0, V0, Q1, V1);
    assertThat(kernels(Map.of("target_modules", "model[.]layers[.]1.*"))).containsExactly(Q1, V1);
    assertThat(kernels(Map.of("layers_to_transform", List.of(1)))).containsExactly(Q1, V1);
    assertThat(kernels(Map.of("layers_to_transform", 0, "layers_pattern", "layers")))
        .containsExactly(Q0, V0);
    assertThat(kernels(Map.of("exclude_modules", List.of("v_proj", "layers.1.self_attn.q_proj"))))
        .containsExactly(Q0);
    assertThat(kernels(Map.of("exclude_modules", ".*q_proj"))).containsExactly(V0, V1);
    assertThat(
            kernels(Map.of("target_modules", "all-linear", "exclude_modules", List.of("v_proj"))))
        .containsExactly(Q0, Q1);
  }

  @Test
  void the_first_pattern_that_matches_the_end_of_a_name_gives_rank_and_alpha() {
    TreeMap<String, Object> keys = new TreeMap<>();
    keys.put("lora_alpha", 6);
    keys.put("rank_pattern", Map.of("layers.1.self_attn.q_proj", 3));
    keys.put("alpha_pattern", Map.of("v_proj", 0.5));
    LowRank lowRank = LowRankSettings.lowRank(Bench.settings(Lora.PROVIDER, recipe(keys)));
    assertThat(lowRank.rank(Q0)).isEqualTo(2);
    assertThat(lowRank.rank(Q1)).isEqualTo(3);
    assertThat(lowRank.scale(Q0)).as("6 / 2").isEqualTo(3);
    assertThat(lowRank.scale(Q1)).as("6 / 3").isEqualTo(2);
    assertThat(lowRank.scale(V1)).as("0.5 / 2").isEqualTo(0.25);
    assertThat(PeftConfig.of(lowRank, false, List.of(Q0, Q1), MODEL))
        .containsEntry("rank_pattern", Map.of("layers.1.self_attn.q_proj", 3))
        .containsEntry("alpha_pattern", Map.of("v_proj", 0.5));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "lora_only | q_proj | norm,lm_head",
        "all | v_proj | lm_head",
        "none | q_proj | norm",
        "all | q_proj | ''"
      })
  void modules_and_biases_trained_in_full_go_out_as_they_came_in(
      String bias, String target, String saved) {
    TreeMap<String, Object> keys = new TreeMap<>();
    keys.put("bias", bias);
    keys.put("target_modules", List.of(target));
    keys.put("modules_to_save", saved.isEmpty() ? List.of() : List.of(saved.split(",")));
    BoundAdapter adapter = bound(keys);
    WeightSnapshot trained = Bench.random(adapter.trainable(), new Random(1));
    WeightSnapshot base = Bench.random(MODEL, new Random(2));
    PeftAdapter out = adapter.capability(PeftExport.class).orElseThrow().toPeft(trained, base);
    assertThat(out.config()).containsEntry("bias", bias);
    assertThat(((List<?>) out.config().getOrDefault("modules_to_save", List.of())).size())
        .isEqualTo(saved.isEmpty() ? 0 : saved.split(",").length);
    BoundAdapter again = Bench.adapter(Lora.PROVIDER, recipe(out.config())).bind(MODEL);
    WeightSnapshot back =
        again.capability(PeftImport.class).orElseThrow().fromPeft(out.tensors(), base);
    assertThat(back.names()).isEqualTo(trained.names());
    WeightSnapshot merged = again.merge(back, base);
    for (ParameterSpec p : MODEL) {
      String full = "full." + p.name();
      if (trained.names().contains(full)) {
        assertThat(merged.copy(p.name())).as(full).containsExactly(trained.copy(full));
      } else if (p.role() != Role.KERNEL) {
        assertThat(merged.copy(p.name())).as(p.name()).containsExactly(base.copy(p.name()));
      }
    }
    assertThat(trained.names().stream().filter(n -> n.endsWith(".bias")).count())
        .isEqualTo(bias.equals("all") ? 4 : bias.equals("lora_only") ? 2 : 0);
  }

  @Test
  void an_adapted_bias_has_the_name_that_peft_gives_it() {
    BoundAdapter adapter = bound(Map.of("bias", "all", "target_modules", List.of("q_proj")));
    WeightSnapshot base = Bench.random(MODEL, new Random(2));
    assertThat(
            adapter
                .capability(PeftExport.class)
                .orElseThrow()
                .toPeft(adapter.initial(base, new Random(3)), base)
                .tensors()
                .names())
        .contains(
            "base_model.model.model.layers.0.self_attn.q_proj.base_layer.bias",
            "base_model.model.model.layers.0.self_attn.v_proj.bias");
  }

  @Test
  void pissa_starts_from_the_part_of_the_kernel_that_peft_removes() {
    assertThat(recipe(Map.of("init_lora_weights", "pissa")).get("init"))
        .isEqualTo(Value.Call.word("pissa"));
    assertThat(recipe(Map.of("init_lora_weights", "eva")).get("init")).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "init_lora_weights, pissa_niter_4",
    "init_lora_weights, olora",
    "init_lora_weights, corda",
    "init_lora_weights, loftq",
    "init_lora_weights, lora_ga",
    "bias, some",
    "target_modules, ''",
    "modules_to_save, lm_head"
  })
  void what_cannot_be_honoured_is_refused_by_name(String key, String value) {
    assertThatThrownBy(() -> kernels(Map.of(key, value)))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("adapter_config.json: '" + key + "' is " + value);
  }

  @Test
  void what_peft_cannot_express_is_refused_by_name() {
    WeightSnapshot base = Bench.random(MODEL, new Random(2));
    for (Map.Entry<String, String> refused :
        Map.of(
                ".*k_proj.*", "matches no parameter",
                ".*layers.0.*q_proj.bias", "'full' matches others",
                ".*v_proj.weight", "with the kernel")
            .entrySet()) {
      Map<String, Value> written = recipe(Map.of("target_modules", List.of("q_proj")));
      written.put("full", new Value.Text(refused.getKey()));
      assertThatThrownBy(
              () -> {
                BoundAdapter adapter = Bench.adapter(Lora.PROVIDER, written).bind(MODEL);
                adapter
                    .capability(PeftExport.class)
                    .orElseThrow()
                    .toPeft(adapter.initial(base, new Random(1)), base);
              })
          .isInstanceOf(PalimpsestException.class)
          .hasMessageContaining(refused.getValue());
    }
    assertThatThrownBy(() -> PerModule.parse("rank-pattern", 8, "q_proj=2.5", 1, 65536, true))
        .hasMessage(
            "setting 'rank-pattern': 'q_proj=2.5' is not PATTERN=NUMBER with a whole number from 1"
                + " to 65536");
    assertThatThrownBy(() -> PerModule.parse("alpha-pattern", 8, "(=2", 0, 9, false))
        .hasMessageContaining("'(' is no regular expression");
  }

  @Test
  void a_rank_or_alpha_of_a_pattern_has_the_limits_of_the_setting_and_a_module_to_be_for() {
    assertThatThrownBy(() -> Bench.adapter(Lora.PROVIDER, patterns("rank-pattern", "q_proj=65537")))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("'q_proj=65537' is not PATTERN=NUMBER with a whole number from 1")
        .hasMessageContaining(" to 65536");
    assertThatThrownBy(() -> Bench.adapter(Lora.PROVIDER, patterns("alpha-pattern", "q_proj=-1")))
        .hasMessageContaining("'q_proj=-1' is not PATTERN=NUMBER with a number of at least 0");
    for (String key : List.of("rank-pattern", "alpha-pattern")) {
      for (String unmatched : List.of("qproj=2", "q_proj=3 k_proj=2")) { // k_proj is not adapted
        assertThatThrownBy(() -> Bench.adapter(Lora.PROVIDER, patterns(key, unmatched)).bind(MODEL))
            .isInstanceOf(PalimpsestException.class)
            .hasMessageContaining("setting '" + key + "': '")
            .hasMessageContaining("matches no adapted module; adapted here: ")
            .hasMessageContaining("q_proj");
      }
    }
    Bench.adapter(Lora.PROVIDER, patterns("rank-pattern", "q_proj=3")).bind(MODEL);
  }

  private static Map<String, Value> patterns(String key, String text) {
    return Map.of("target", new Value.Text(".*q_proj\\.weight"), key, new Value.Text(text));
  }
}
