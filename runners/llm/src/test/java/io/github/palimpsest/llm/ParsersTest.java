package io.github.palimpsest.llm;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.palimpsest.api.discovery.Plugins;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.decoder.config.FamilyConfig;
import io.github.palimpsest.llm.json.StrictJson;
import io.github.palimpsest.llm.model.HuggingFaceDirectory;
import io.github.palimpsest.llm.peft.PeftDirectory;
import io.github.palimpsest.llm.safetensors.SafetensorsFile;
import io.github.palimpsest.llm.safetensors.ShardedSafetensors;
import io.github.palimpsest.llm.text.TextTokenizer;
import io.github.palimpsest.llm.text.WordTokenizer;
import io.github.palimpsest.testing.FuzzTarget;
import io.github.palimpsest.testing.FuzzTargets;
import io.github.palimpsest.testing.Golden;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Whatever the files of a model hold, they are read or refused. */
class ParsersTest implements FuzzTargets {
  private static final int FILES = 1_000;
  private static final String PEFT_KEYS =
      """
      {"peft_type": "LORA", "r": 4, "lora_alpha": 3, "use_dora": true, "bias": "lora_only",
       "rank_pattern": {"layers.1.q_proj": 2}, "alpha_pattern": {"v_proj": 0.5},
       "target_modules": ["q_proj", "v_proj"], "exclude_modules": ["k_proj"],
       "layers_to_transform": [0, 1], "layers_pattern": "layers",
       "modules_to_save": ["norm", "lm_head"], "init_lora_weights": "pissa"}
      """;

  /** A tokenizer takes a while to load. */
  private static final int TOKENIZERS = 100;

  private static final String HEADER =
      "{\"__metadata__\":{\"format\":\"pt\"},\"w\":{\"dtype\":\"F32\",\"shape\":[2,3],"
          + "\"data_offsets\":[0,24]},\"b\":{\"dtype\":\"BF16\",\"shape\":[4],"
          + "\"data_offsets\":[24,32]}}";

  @Override
  public List<FuzzTarget> in(Path folder) throws IOException {
    Path tensors = folder.resolve("model.safetensors");
    Path header = folder.resolve("header.safetensors");
    Path index = folder.resolve("shards/model.safetensors.index.json");
    Files.createDirectory(index.getParent());
    Files.write(index.resolveSibling("a.safetensors"), safetensors(HEADER.getBytes(UTF_8)));
    Path config = folder.resolve("config.json");
    FamilyConfig llama = FamilyConfig.of(Plugins.onClassPath().family("llama"));
    Path adapter = folder.resolve("adapter");
    Golden.copy("lora/qv", adapter);
    Path model = folder.resolve("model");
    Golden.copy("llama/model_a", model);
    HuggingFaceDirectory opened = HuggingFaceDirectory.open(model);
    Path tokenizer = folder.resolve("tokenizer");
    Path mapped = folder.resolve("mapped");
    for (Path both : List.of(tokenizer, mapped)) {
      WordTokenizer.of(both, List.of("a", "b")).close();
    }
    return List.of(
        new FuzzTarget(
            "safetensors",
            FILES,
            List.of(safetensors(HEADER.getBytes(UTF_8))),
            input -> {
              Files.write(tensors, input);
              readAll(SafetensorsFile.open(tensors));
            }),
        FuzzTarget.of(
            "safetensors header",
            FILES,
            input -> {
              Files.write(header, safetensors(input));
              readAll(SafetensorsFile.open(header));
            },
            HEADER),
        FuzzTarget.of(
            "safetensors index",
            FILES,
            input -> {
              Files.write(index, input);
              readAll(ShardedSafetensors.open(index));
            },
            "{\"metadata\":{\"total_size\":32},\"weight_map\":{\"w\":\"a.safetensors\","
                + "\"b\":\"a.safetensors\"}}"),
        new FuzzTarget(
            "config.json",
            FILES,
            List.of(
                golden("llama/model_a/config.json"),
                golden("llama/model_a/config.legacy.json"),
                golden("llama/model_b/config.json")),
            input -> {
              Files.write(config, input);
              llama.read(config.toString(), StrictJson.object(config));
            }),
        new FuzzTarget(
            "generation_config.json",
            FILES,
            List.of(golden("llama/model_a/generation_config.json")),
            input -> {
              Files.write(model.resolve("generation_config.json"), input);
              opened.endTokens();
            }),
        new FuzzTarget(
            "adapter_config.json",
            FILES,
            List.of(
                golden("lora/qv/adapter_config.json"),
                golden("lora/qv_dora/adapter_config.json"),
                PEFT_KEYS.getBytes(UTF_8)),
            input -> {
              Files.write(adapter.resolve("adapter_config.json"), input);
              PeftDirectory.component(Plugins.onClassPath(), PeftDirectory.open(adapter)).create();
            }),
        new FuzzTarget(
            "tokenizer_config.json",
            TOKENIZERS,
            List.of(Files.readAllBytes(tokenizer.resolve("tokenizer_config.json"))),
            input -> {
              Files.write(tokenizer.resolve("tokenizer_config.json"), input);
              TextTokenizer.load(tokenizer).close();
            }),
        FuzzTarget.of(
            "special_tokens_map.json",
            TOKENIZERS,
            input -> {
              Files.write(mapped.resolve("special_tokens_map.json"), input);
              TextTokenizer.load(mapped).close();
            },
            "{\"bos_token\": \"<s>\", \"eos_token\": {\"content\": \"</s>\", \"lstrip\": false},"
                + " \"pad_token\": null, \"additional_special_tokens\": []}"));
  }

  private static void readAll(WeightSnapshot weights) {
    for (String name : weights.names()) {
      weights.shape(name);
      weights.copy(name);
    }
  }

  private static byte[] safetensors(byte[] header) {
    return ByteBuffer.allocate(Long.BYTES + header.length + 32)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(header.length)
        .put(header)
        .array();
  }

  private static byte[] golden(String path) throws IOException {
    return Files.readAllBytes(Golden.root().resolve(path));
  }
}
