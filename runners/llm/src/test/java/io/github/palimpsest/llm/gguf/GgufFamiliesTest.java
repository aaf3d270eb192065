package io.github.palimpsest.llm.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.discovery.Plugins;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.llm.model.HuggingFaceDirectory;
import io.github.palimpsest.llm.safetensors.Dtype;
import io.github.palimpsest.llm.safetensors.SafetensorsFile;
import io.github.palimpsest.testing.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Models of the families, written to GGUF as llama.cpp's converter does, and imported again. */
class GgufFamiliesTest {
  private static final Map<String, String> NAMES =
      Map.ofEntries(
          Map.entry("self_attn.q_proj", "attn_q"),
          Map.entry("self_attn.k_proj", "attn_k"),
          Map.entry("self_attn.v_proj", "attn_v"),
          Map.entry("self_attn.qkv_proj", "attn_qkv"),
          Map.entry("self_attn.o_proj", "attn_output"),
          Map.entry("self_attn.q_norm", "attn_q_norm"),
          Map.entry("self_attn.k_norm", "attn_k_norm"),
          Map.entry("mlp.gate_proj", "ffn_gate"),
          Map.entry("mlp.up_proj", "ffn_up"),
          Map.entry("mlp.gate_up_proj", "ffn_up"),
          Map.entry("mlp.down_proj", "ffn_down"),
          Map.entry("input_layernorm", "attn_norm"),
          Map.entry("pre_feedforward_layernorm", "ffn_norm"),
          Map.entry("post_feedforward_layernorm", "post_ffw_norm"));

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "llama_bias",
        "llama_linear",
        "llama_yarn",
        "qwen2",
        "qwen3",
        "phi3",
        "gemma2",
        "gemma3"
      })
  void aModelOfTheFamilyComesBackFromGguf(String name) throws IOException {
    Path original = Golden.copy("families/" + name, folder.resolve("original"));
    ObjectNode config = config(name, original);
    String architecture = config.get("model_type").asText().replace("_text", "");
    GgufBytes gguf = keys(architecture, config);
    SafetensorsFile weights = SafetensorsFile.open(original.resolve("model.safetensors"));
    weights.names().forEach(n -> add(gguf, architecture, config, weights, n));

    Path out = folder.resolve("out");
    GgufImport.run(gguf.write(folder.resolve("m.gguf")), out, Dtype.F32, Plugins.onClassPath());

    HuggingFaceDirectory imported = HuggingFaceDirectory.open(out);
    HuggingFaceDirectory expected = HuggingFaceDirectory.open(original);
    assertThat(imported.model().spec()).isEqualTo(expected.model().spec());
    for (String tensor : expected.weights().names()) {
      float[] values = imported.weights().copy(tensor);
      if (architecture.startsWith("gemma") && tensor.contains("norm")) {
        // 1 + w in the file: w is known to half a unit in the last place of 1 + w
        assertThat(values)
            .as(tensor)
            .containsExactly(expected.weights().copy(tensor), within(0x1p-23f));
      } else {
        assertThat(values).as(tensor).containsExactly(expected.weights().copy(tensor));
      }
    }
  }

  /** The configuration, with the values that GGUF cannot hold replaced by those it implies. */
  private static ObjectNode config(String name, Path original) throws IOException {
    ObjectMapper json = new ObjectMapper();
    Path file = original.resolve("config.json");
    ObjectNode config = (ObjectNode) json.readTree(file.toFile());
    if (name.startsWith("gemma")) {
      config.put("query_pre_attn_scalar", config.get("head_dim").asInt());
      config.remove(List.of("_sliding_window_pattern", "sliding_window_pattern"));
      config.remove("layer_types"); // the family's usual ones
    }
    Files.writeString(file, config.toString());
    return config;
  }

  private static GgufBytes keys(String a, ObjectNode c) {
    GgufBytes gguf = new GgufBytes().key("general.architecture", a);
    gguf.key(a + ".block_count", c.get("num_hidden_layers").asInt());
    gguf.key(a + ".context_length", c.get("max_position_embeddings").asInt());
    gguf.key(a + ".embedding_length", c.get("hidden_size").asInt());
    gguf.key(a + ".feed_forward_length", c.get("intermediate_size").asInt());
    gguf.key(a + ".attention.head_count", c.get("num_attention_heads").asInt());
    gguf.key(a + ".attention.head_count_kv", c.get("num_key_value_heads").asInt());
    gguf.key(a + ".attention.layer_norm_rms_epsilon", (float) c.get("rms_norm_eps").asDouble());
    if (c.hasNonNull("head_dim")) {
      gguf.key(a + ".attention.key_length", c.get("head_dim").asInt());
      gguf.key(a + ".attention.value_length", c.get("head_dim").asInt());
    }
    if (c.hasNonNull("sliding_window")) {
      gguf.key(a + ".attention.sliding_window", c.get("sliding_window").asInt());
    }
    for (String cap : new String[] {"attn_logit_softcapping", "final_logit_softcapping"}) {
      if (c.hasNonNull(cap)) {
        gguf.key(a + "." + cap, (float) c.get(cap).asDouble());
      }
    }
    ObjectNode rope = (ObjectNode) c.get("rope_parameters");
    String full = "full_attention";
    return tokenizer(c, rope(gguf, a, rope.has(full) ? (ObjectNode) rope.get(full) : rope));
  }

  private static GgufBytes rope(GgufBytes gguf, String a, ObjectNode rope) {
    gguf.key(a + ".rope.freq_base", (float) rope.get("rope_theta").asDouble());
    String type = rope.get("rope_type").asText();
    if (!type.equals("default")) {
      gguf.key(a + ".rope.scaling.type", type);
      gguf.key(a + ".rope.scaling.factor", (float) rope.get("factor").asDouble());
    }
    if (rope.has("original_max_position_embeddings")) {
      gguf.key(
          a + ".rope.scaling.original_context_length",
          rope.get("original_max_position_embeddings").asInt());
    }
    return gguf;
  }

  private static GgufBytes tokenizer(ObjectNode config, GgufBytes gguf) {
    List<String> tokens = new ArrayList<>(List.of("<s>", "</s>", "<unk>"));
    List<Integer> types = new ArrayList<>(List.of(3, 3, 2));
    for (int b = 0; b < 256; b++) {
      tokens.add("<0x%02X>".formatted(b));
      types.add(6);
    }
    List<Object> scores = new ArrayList<>();
    while (tokens.size() < config.get("vocab_size").asInt()) {
      tokens.add(Character.toString(0x1f600 + tokens.size()));
      types.add(1);
    }
    tokens.forEach(t -> scores.add(0f));
    return gguf.key("tokenizer.ggml.model", "llama")
        .key("tokenizer.ggml.tokens", tokens)
        .key("tokenizer.ggml.token_type", types)
        .key("tokenizer.ggml.scores", scores)
        .key("tokenizer.ggml.bos_token_id", 0)
        .key("tokenizer.ggml.eos_token_id", 1)
        .key("tokenizer.ggml.unknown_token_id", 2);
  }

  private static void add(
      GgufBytes gguf, String architecture, ObjectNode config, WeightSnapshot weights, String name) {
    float[] values = weights.copy(name);
    boolean gemma = architecture.startsWith("gemma");
    if (gemma && name.contains("norm")) {
      for (int i = 0; i < values.length; i++) {
        values[i] += 1;
      }
    }
    if (architecture.equals("llama") && name.matches(".*[.][qk]_proj[.].*")) {
      String heads = name.contains(".q_proj.") ? "num_attention_heads" : "num_key_value_heads";
      values = interleaved(values, config.get(heads).asInt(), config.get("head_dim").asInt());
    }
    gguf.tensor(ggufName(name, gemma), Shape.of(weights.shape(name).toArray()), values);
  }

  /** The rows of each head in the order 0, half, 1, half + 1, and so on. */
  private static float[] interleaved(float[] rows, int heads, int size) {
    int width = rows.length / heads / size;
    float[] all = new float[rows.length];
    for (int row = 0; row < heads * size; row++) {
      int within = row % size;
      int to = row - within + within % (size / 2) * 2 + within / (size / 2);
      System.arraycopy(rows, row * width, all, to * width, width);
    }
    return all;
  }

  private static String ggufName(String name, boolean gemma) {
    String kind = name.substring(name.lastIndexOf('.'));
    String rest = name.substring(0, name.length() - kind.length());
    return switch (rest) {
      case "model.embed_tokens" -> "token_embd" + kind;
      case "model.norm" -> "output_norm" + kind;
      case "lm_head" -> "output" + kind;
      default -> {
        String[] parts = rest.split("[.]", 4);
        String own =
            parts[3].equals("post_attention_layernorm")
                ? gemma ? "post_attention_norm" : "ffn_norm"
                : NAMES.get(parts[3]);
        yield "blk." + parts[2] + "." + own + kind;
      }
    };
  }
}
