package io.github.palimpsest.llm.gguf;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.discovery.Plugins;
import io.github.palimpsest.api.model.Rope;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.llm.gguf.GgufImport.Imported;
import io.github.palimpsest.llm.model.HuggingFaceDirectory;
import io.github.palimpsest.llm.safetensors.Dtype;
import io.github.palimpsest.llm.safetensors.SafetensorsFile;
import io.github.palimpsest.llm.text.TextTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Imports of the golden model with one thing changed. */
class GgufImportTest {
  private static final String ADD_BOS = "tokenizer.ggml.add_bos_token";
  private static final String PRE = "tokenizer.ggml.pre";

  @TempDir Path folder;
  private Path file = Path.of("");
  private Path out = Path.of("");

  @BeforeEach
  void names() throws IOException {
    file = folder.resolve("model.gguf");
    out = Files.createDirectory(folder.resolve("results")).resolve("out");
  }

  @Test
  void saysWhatItReadAndWhatHasNoEffect() throws IOException {
    GgufBytes model = golden().key("general.name", "a name").key("general.license", "MIT");

    Imported imported = imported(model);

    assertThat(imported.architecture()).isEqualTo("llama");
    assertThat(imported.modelType()).isEqualTo("llama");
    assertThat(imported.types()).containsOnlyKeys("F32").containsEntry("F32", 21);
    // embedding and head, final norm; 2 layers of q, k, v, o, three kernels of 48, two norms
    assertThat(imported.parameters())
        .isEqualTo(2 * 384 * 32 + 32 + 2 * (2 * 32 * 32 + 2 * 16 * 32 + 3 * 48 * 32 + 2 * 32));
    assertThat(imported.leftOut()).containsExactly("general.name", "general.license");
  }

  @Test
  void refusesAKeyThatItDoesNotUse() throws IOException {
    refused(
        golden().key("llama.expert_count", 8),
        "'llama.expert_count' is 8; the import does not use this key");
    refused(
        golden().key("llama.attention.sliding_window", 4096),
        "'llama.attention.sliding_window' is 4096; the import does not use this key");
    refused(
        golden().key("tokenizer.ggml.precompiled_charsmap", List.of(1, 2)),
        "'tokenizer.ggml.precompiled_charsmap' is a list of 2; the import does not use this key");
    assertThat(imported(golden().key("llama.expert_count", 0)).leftOut())
        .containsExactly("llama.expert_count");
  }

  @Test
  void refusesATensorThatTheModelDoesNotUseLacksOrHasInAnotherShape() throws IOException {
    refused(
        golden().tensor("blk.2.attn_q.weight", Shape.of(1), 1),
        "tensor 'blk.2.attn_q.weight' is not used by a model of the architecture llama");
    refused(
        golden().withoutTensor("blk.1.ffn_up.weight"),
        "tensor 'blk.1.ffn_up.weight', which becomes 'model.layers.1.mlp.up_proj.weight', is"
            + " missing");
    refused(
        golden().key("llama.feed_forward_length", 64),
        "tensor 'blk.0.ffn_gate.weight' has shape [48, 32], but the metadata need [64, 32]");
    refused(golden().withoutTensor("token_embd.weight"), "tensor 'token_embd.weight' is missing");
  }

  @Test
  void refusesAnArchitectureItDoesNotKnowWithTheListOfThoseItDoes() throws IOException {
    refused(
        golden().key("general.architecture", "mamba"),
        "'general.architecture' is mamba; supported are llama, qwen2, qwen3, phi3, gemma2, gemma3");
    refused(golden().without("general.architecture"), "'general.architecture' is missing");
    refused(golden().key("general.type", "adapter"), "only a model can be imported");
    refused(golden().key("split.count", 3), "the file is one of several");
  }

  @Test
  void refusesATokenizerItCannotBuild() throws IOException {
    refused(
        golden().key(PRE, "bloom"),
        "'tokenizer.ggml.pre' is bloom; supported are gpt-2, phi-2, mpt, olmo, smollm");
    refused(golden().without(PRE), "the file does not say how texts are cut into words");
    refused(
        golden().key("tokenizer.ggml.model", "t5"),
        "'tokenizer.ggml.model' is t5; supported are gpt2 and llama");
    refused(
        golden().key("tokenizer.ggml.merges", List.of("x")),
        "has 'x', which is not a merge of two tokens into a third");
    refused(
        golden().key("tokenizer.ggml.bos_token_id", 384),
        "the bos token 384 is outside the vocabulary of 384");
    refused(
        golden().key("tokenizer.ggml.padding_token_id", 384),
        "the pad_token is 384, but there are 384 tokens");
    refused(
        golden()
            .key("tokenizer.ggml.tokens", List.of("a", "b", "a"))
            .without("tokenizer.ggml.token_type"),
        "has 'a' as tokens 0 and 2");
    refused(
        golden().key("tokenizer.ggml.token_type", List.of(1)),
        "'tokenizer.ggml.token_type' is a list of 1; there are 384 tokens");
  }

  @Test
  void aFolderThatExistsIsRefusedAndLeftAlone() throws IOException {
    Files.createDirectory(out);
    golden().write(file);

    assertThatThrownBy(() -> run(Dtype.F32))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(out + " already exists; models are saved to a new folder");

    assertThat(out).isEmptyDirectory();
  }

  @Test
  void aTextBeginsWithATokenOnlyIfTheFileSaysSo() throws IOException {
    imported(golden().key(ADD_BOS, true).key("tokenizer.ggml.add_eos_token", true));
    try (TextTokenizer tokenizer = TextTokenizer.load(out)) {
      int[] ids = tokenizer.encode("the");
      assertThat(tokenizer.begin(ids)).containsExactly(0);
      assertThat(tokenizer.end(ids)).containsExactly(1);
    }
    refused(
        golden().key(ADD_BOS, true).without("tokenizer.ggml.bos_token_id"),
        "a bos_token is added to texts, but there is none");
  }

  @Test
  void wordsAreCutAsTheFileNamesIt() throws IOException {
    String digits = "1234567 don't";
    assertThat(words("gpt-2", digits)).isEqualTo("1234567| don|'t");
    assertThat(words("smollm", digits)).isEqualTo("1|2|3|4|5|6|7| don|'t");
    assertThat(words("llama-bpe", digits)).isEqualTo("123|456|7| don|'t");
    assertThat(words("dbrx", digits)).isEqualTo("123|456|7| don|'t");
    assertThat(words("qwen2", digits)).isEqualTo("1|2|3|4|5|6|7| don|'t");
    String cases = "HelloWORLD DON'T a/b";
    assertThat(words("qwen2", cases)).isEqualTo("HelloWORLD| DON|'T| a|/b");
    assertThat(words("gpt-2", cases)).isEqualTo("HelloWORLD| DON|'|T| a|/|b");
    assertThat(words("tekken", cases)).isEqualTo("Hello|WORLD| DON|'T| a|/b");
    assertThat(words("gpt-4o", cases)).isEqualTo("Hello|WORLD| DON'T| a|/b");
  }

  /** The words of a text, found with a vocabulary in which all its parts are words. */
  private String words(String pre, String text) throws IOException {
    imported(golden().key(PRE, pre).without(ADD_BOS));
    ObjectNode tokenizer = (ObjectNode) json("tokenizer.json");
    assertThat(tokenizer.at("/model/ignore_merges").asBoolean())
        .isEqualTo(pre.equals("llama-bpe") || pre.equals("tekken"));
    out = Files.createTempDirectory(folder, pre).resolve("out");
    ObjectNode model = tokenizer.putObject("model").put("type", "WordLevel").put("unk_token", "?");
    ObjectNode vocabulary = model.putObject("vocab").put("?", 0);
    List<String> parts = new ArrayList<>(List.of("?"));
    for (int from = 0; from < text.length(); from++) {
      for (int to = from + 1; to <= text.length(); to++) {
        String part = text.substring(from, to);
        if (!parts.contains(part)) {
          vocabulary.put(part.replace(' ', '\u0120'), parts.size());
          parts.add(part);
        }
      }
    }
    tokenizer.remove(List.of("added_tokens", "post_processor"));
    try (TextTokenizer all = TextTokenizer.parse(pre, tokenizer.toString(), "{}")) {
      return Arrays.stream(all.encode(text)).mapToObj(parts::get).collect(joining("|"));
    }
  }

  @Test
  void theScalingOfLlama3IsFoundFromItsFactors() throws IOException {
    double base = 500_000;
    Rope.Llama3Scaling scaling = new Rope.Llama3Scaling(32, 1, 4, 8192);
    float[] factors = new float[4];
    for (int i = 0; i < 4; i++) {
      double frequency = Math.pow(base, -2.0 * i / 8);
      factors[i] = (float) (frequency / scaling.apply(new double[] {frequency}, base)[0]);
    }
    GgufBytes model = golden().key("llama.rope.freq_base", (float) base);

    imported(model.tensor("rope_freqs.weight", Shape.of(4), factors));

    assertThat(HuggingFaceDirectory.open(out).model().spec().attention().rope())
        .contains(Rope.of(base).scaled(scaling));
    factors[2] *= 1.01f;
    refused(
        model.tensor("rope_freqs.weight", Shape.of(4), factors),
        "tensor 'rope_freqs.weight' has the factor");
  }

  @Test
  void weightsAreRoundedToTheTypeThatIsAskedFor() throws IOException {
    golden().write(file);
    run(Dtype.F32);
    SafetensorsFile whole = SafetensorsFile.open(out.resolve("model.safetensors"));
    for (Dtype dtype : List.of(Dtype.F16, Dtype.BF16)) {
      out = out.resolveSibling(dtype.text());
      run(dtype);
      SafetensorsFile half = SafetensorsFile.open(out.resolve("model.safetensors"));
      assertThat(half.dtype("model.norm.weight")).isEqualTo(dtype.name());
      assertThat(json("config.json").get("torch_dtype").asText()).isEqualTo(dtype.text());
      float unit = dtype == Dtype.F16 ? 0x1p-11f : 0x1p-8f;
      float[] exact = whole.copy("model.norm.weight");
      float[] rounded = half.copy("model.norm.weight");
      for (int i = 0; i < exact.length; i++) {
        assertThat(rounded[i]).isCloseTo(exact[i], within(unit * Math.abs(exact[i])));
      }
    }
  }

  @Test
  void endTokensAndSamplingBecomeTheGenerationConfiguration() throws IOException {
    imported(
        golden()
            .key("tokenizer.ggml.eot_token_id", 4)
            .key("general.sampling.temp", 0.6f)
            .key("general.sampling.top_k", 20)
            .key("general.sampling.top_p", 0.95f)
            .key("general.sampling.mirostat", 0));

    assertThat(json("generation_config.json"))
        .isEqualTo(
            new ObjectMapper()
                .readTree(
                    """
                    {"bos_token_id": 0, "eos_token_id": [1, 4], "pad_token_id": 2,
                     "do_sample": true, "temperature": 0.6, "top_k": 20, "top_p": 0.95}
                    """));
  }

  @Test
  void aSentencePieceTokenizerMergesByScore() throws IOException {
    // "ab" before "bc": the pieces of "abc" are "ab" and "c"
    List<String> tokens =
        List.of(
            "<unk>", "<s>", "</s>", "\u2581", "a", "b", "c", "bc", "ab", "\u2581\u2581", "<0x0A>");
    TokenizerFiles files =
        new TokenizerFiles(
            new Metadata(
                "it",
                Map.of(
                    "tokenizer.ggml.model",
                    "llama",
                    "tokenizer.ggml.tokens",
                    tokens,
                    "tokenizer.ggml.token_type",
                    List.of(2L, 3L, 3L, 1L, 1L, 1L, 1L, 1L, 1L, 4L, 6L),
                    "tokenizer.ggml.scores",
                    List.of(0f, 0f, 0f, -9f, -9f, -9f, -9f, -2f, -1f, 0f, 0f),
                    "llama.context_length",
                    16L)),
            Architecture.LLAMA);
    files.write(folder);

    try (TextTokenizer tokenizer = TextTokenizer.load(folder)) {
      assertThat(tokenizer.encode("abc")).containsExactly(3, 8, 6);
      // two spaces are one user-defined token; a space is put before each of the two parts
      assertThat(tokenizer.encode("a  b\n")).containsExactly(3, 4, 9, 3, 5, 10);
      assertThat(tokenizer.prompt("a")).containsExactly(1, 3, 4);
      assertThat(tokenizer.decode(new int[] {3, 8, 6})).isEqualTo("abc");
    }
  }

  private GgufBytes golden() throws IOException {
    return GgufBytes.golden(folder);
  }

  private Imported imported(GgufBytes model) throws IOException {
    model.write(file);
    return run(Dtype.F32);
  }

  private Imported run(Dtype dtype) {
    return GgufImport.run(file, out, dtype, Plugins.onClassPath());
  }

  private JsonNode json(String name) throws IOException {
    return new ObjectMapper().readTree(out.resolve(name).toFile());
  }

  private void refused(GgufBytes model, String message) throws IOException {
    Path target = out.resolveSibling("refused");
    model.write(file);
    assertThatThrownBy(() -> GgufImport.run(file, target, Dtype.F32, Plugins.onClassPath()))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContaining(message);
    try (Stream<Path> left = Files.list(target.getParent())) {
      assertThat(left.filter(p -> p.getFileName().toString().contains("refused"))).isEmpty();
    }
  }
}
