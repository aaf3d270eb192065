package io.github.palimpsest.llm.gguf;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.palimpsest.api.discovery.Plugins;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.llm.model.HuggingFaceDirectory;
import io.github.palimpsest.llm.safetensors.Dtype;
import io.github.palimpsest.llm.safetensors.SafetensorsFile;
import io.github.palimpsest.llm.text.TextTokenizer;
import io.github.palimpsest.testing.Golden;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Two kinds of golden files: tensors of many types, and whole models. */
class GgufGoldenTest {
  private static final String ARRAYS = "/expected/arrays_file";
  private static final Pattern NAMED = Pattern.compile("those of ([\\w./-]+)");

  @TempDir Path folder;

  static List<String> types() {
    return Golden.files("gguf", ".json").stream()
        .filter(f -> !Golden.json(f).at(ARRAYS).isMissingNode())
        .toList();
  }

  static List<String> models() {
    return Golden.files("gguf", ".json").stream()
        .filter(f -> Golden.json(f).at(ARRAYS).isMissingNode())
        .toList();
  }

  @ParameterizedTest
  @MethodSource("types")
  void tensorsOfEveryTypeHaveTheBitsThatTheReferenceComputes(String file) {
    JsonNode golden = Golden.json(file);
    GgufFile gguf = GgufFile.open(copy(golden));
    SafetensorsFile expected =
        SafetensorsFile.open(
            Golden.copy(golden.at(ARRAYS).asText(), folder.resolve("expected.safetensors")));

    assertThat(gguf.names()).isEqualTo(expected.names()).isNotEmpty();
    for (String name : expected.names()) {
      assertThat(gguf.shape(name)).as("shape of " + name).isEqualTo(expected.shape(name));
      assertThat(bits(gguf, name)).as(name).containsExactly(bits(expected, name));
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void anImportedModelHasTheWeightsOfTheOriginalBitForBit(String file) {
    JsonNode golden = Golden.json(file);
    HuggingFaceDirectory imported = HuggingFaceDirectory.open(imported(golden));
    String original = named(golden, "weights");
    HuggingFaceDirectory expected =
        HuggingFaceDirectory.open(Golden.copy(original, folder.resolve("original")));

    // the same description and the same weights: the logits are those of the original's golden
    assertThat(imported.model().spec()).isEqualTo(expected.model().spec());
    assertThat(imported.endTokens()).isEqualTo(expected.endTokens());
    assertThat(imported.weights().names()).isEqualTo(expected.weights().names());
    for (String name : expected.weights().names()) {
      assertThat(bits(imported.weights(), name))
          .as(name)
          .containsExactly(bits(expected.weights(), name));
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void anImportedTokenizerGivesTheIdsOfTheOriginal(String file) throws IOException {
    JsonNode golden = Golden.json(file);
    Path imported = imported(golden);
    String original = named(golden, "ids");
    try (TextTokenizer tokenizer = TextTokenizer.load(imported);
        TextTokenizer expected =
            TextTokenizer.load(Golden.copy(original, folder.resolve("tokenizer")))) {
      List<String> texts = new ArrayList<>();
      Golden.json(original + ".json")
          .at("/expected/items")
          .forEach(item -> texts.add(item.get("text").asText()));
      assertThat(texts).isNotEmpty();
      for (String text : texts) {
        int[] ids = expected.prompt(text);
        assertThat(tokenizer.prompt(text)).as(text).containsExactly(ids);
        assertThat(tokenizer.decode(ids)).as(text).isEqualTo(expected.decode(ids));
      }
      assertThat(tokenizer.vocabularySize()).isEqualTo(expected.vocabularySize());
      assertThat(tokenizer.bos()).isEqualTo(expected.bos());
      assertThat(tokenizer.eos()).isEqualTo(expected.eos());
      assertThat(tokenizer.pad()).isEqualTo(expected.pad());
    }
    String template = "chat_template.jinja";
    assertThat(imported.resolve(template))
        .hasSameTextualContentAs(folder.resolve("tokenizer").resolve(template));
  }

  @ParameterizedTest
  @MethodSource("types")
  void theGoldenHasAllTypesThatCanBeRead(String file) {
    GgufFile gguf = GgufFile.open(copy(Golden.json(file)));

    assertThat(gguf.types().keySet())
        .containsExactlyElementsOf(
            new TreeSet<>(List.of(TensorType.values()).stream().map(Enum::name).toList()));
  }

  private Path copy(JsonNode golden) {
    return Golden.copy(golden.at("/hyper/file").asText(), folder.resolve("model.gguf"));
  }

  private Path imported(JsonNode golden) {
    Path out = folder.resolve("imported");
    GgufImport.run(copy(golden), out, Dtype.F32, Plugins.onClassPath());
    return out;
  }

  private static String named(JsonNode golden, String what) {
    Matcher matcher = NAMED.matcher(golden.get("expected").get(what).asText());
    assertThat(matcher.find()).as(what).isTrue();
    return matcher.group(1);
  }

  private static int[] bits(WeightSnapshot weights, String name) {
    float[] values = weights.copy(name);
    int[] bits = new int[values.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToRawIntBits(values[i]);
    }
    return bits;
  }
}
