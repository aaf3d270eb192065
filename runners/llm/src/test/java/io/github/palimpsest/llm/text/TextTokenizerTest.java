package io.github.palimpsest.llm.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.testing.Golden;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TextTokenizerTest {
  @TempDir Path folder;

  static List<String> goldenTokenizers() {
    return Golden.files("tokenizer", ".json");
  }

  @ParameterizedTest
  @MethodSource("goldenTokenizers")
  void encodesAndDecodesEveryGoldenTextAsTheReferenceDoes(String file) {
    JsonNode golden = Golden.json(file);
    String dir = golden.at("/inputs/tokenizer_dir").asText();
    try (TextTokenizer tokenizer = TextTokenizer.load(Golden.copy(dir, folder))) {
      JsonNode expected = golden.get("expected");
      for (JsonNode item : expected.get("items")) {
        String text = item.get("text").asText();
        int[] ids = ints(item.get("ids_no_special"));
        assertThat(tokenizer.encode(text)).as("ids of '%s'", text).isEqualTo(ids);
        assertThat(tokenizer.decode(ids, false))
            .as("text of all ids of '%s'", text)
            .isEqualTo(item.get("decoded_keep_special").asText());
        assertThat(tokenizer.decode(ints(item.get("ids"))))
            .as("text without special tokens of '%s'", text)
            .isEqualTo(item.get("decoded_skip_special").asText());
        boolean begun = ids.length > 0 && ids[0] == tokenizer.bos().getAsInt();
        assertThat(tokenizer.prompt(text))
            .as("ids with what the post-processor adds, once, of '%s'", text)
            .isEqualTo(begun ? ids : ints(item.get("ids")));
      }
      for (JsonNode cut : expected.get("decode_of_cut_multibyte")) {
        assertThat(tokenizer.decode(ints(cut.get("ids"))))
            .as("text of the cut bytes %s", cut.get("ids"))
            .isEqualTo(cut.get("decoded").asText());
      }
      JsonNode special = expected.get("special_ids");
      assertThat(tokenizer.bos()).as("BOS").hasValue(special.get("<|bos|>").asInt());
      assertThat(tokenizer.eos()).as("EOS").hasValue(special.get("<|eos|>").asInt());
      assertThat(tokenizer.pad()).as("PAD").hasValue(special.get("<|pad|>").asInt());
      assertThat(tokenizer.vocabularySize())
          .as("vocabulary size")
          .isEqualTo(golden.at("/hyper/vocab_size").asInt());
    }
  }

  @ParameterizedTest
  @MethodSource("goldenTokenizers")
  void knowsHowManyBytesOfEveryGoldenTextEachTokenCovers(String file) {
    JsonNode golden = Golden.json(file);
    String dir = golden.at("/inputs/tokenizer_dir").asText();
    try (TextTokenizer tokenizer = TextTokenizer.load(Golden.copy(dir, folder))) {
      for (JsonNode item : golden.at("/expected/items")) {
        String text = item.get("text").asText();
        TokenizedText tokens = tokenizer.tokenized(text);
        assertThat(tokens.ids()).as("ids of '%s'", text).isEqualTo(tokenizer.encode(text));
        assertThat(tokens.ends()).as("ends of the tokens of '%s'", text).isSorted();
        assertThat(tokens.bytes())
            .as("all bytes of '%s'", text)
            .isEqualTo(tokens.ids().length == 0 ? 0 : text.getBytes(StandardCharsets.UTF_8).length);
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (long end : tokens.ends()) {
          String part = new String(bytes, 0, (int) end, StandardCharsets.UTF_8);
          assertThat(text).as("bytes of whole characters").startsWith(part);
        }
      }
    }
  }

  @Test
  void countsBytesOfCharactersOfAnyWidth() {
    try (TextTokenizer tokenizer = WordTokenizer.of(folder, List.of("\u00e9", "a"))) {
      assertThat(tokenizer.tokenized("\ud83d\ude42 \u00e9 a ").ends())
          .as("4; a space and 2; a space and 1, and the space at the end")
          .containsExactly(4, 7, 10);
    }
  }

  @Test
  void doesNotCutLongTexts() {
    try (TextTokenizer tokenizer = WordTokenizer.of(folder, List.of("a"))) {
      assertThat(tokenizer.encode("a ".repeat(5000)))
          .as("far beyond the 512 tokens that the library cuts at by default")
          .hasSize(5000);
    }
  }

  @Test
  void addsNoBosItselfAndKnowsTheSpecialTokensOfTheConfiguration() {
    try (TextTokenizer tokenizer = WordTokenizer.of(folder, List.of("a", "b"), "null")) {
      assertThat(tokenizer.encode("b a")).as("ids").containsExactly(4, 3);
      assertThat(tokenizer.encode("</s> b"))
          .as("a special token in the text")
          .containsExactly(1, 4);
      assertThat(tokenizer.bos()).as("BOS given as text").hasValue(0);
      assertThat(tokenizer.eos()).as("EOS given as an object").hasValue(1);
      assertThat(tokenizer.pad()).as("no PAD").isEmpty();
      assertThat(tokenizer.prompt("b a")).as("no post-processor, no BOS").containsExactly(4, 3);
      assertThat(tokenizer.decode(new int[] {0, 4, 3, 1})).as("text").isEqualTo("b a");
    }
  }

  @Test
  void acceptsAModelWithUpToOneRowInTenToSpareAndNoOther() {
    List<String> words = IntStream.range(0, 349).mapToObj(i -> "w" + i).toList();
    try (TextTokenizer tokenizer = WordTokenizer.of(folder, words)) {
      assertThat(tokenizer.vocabularySize()).as("three special tokens").isEqualTo(352);
      tokenizer.requireVocabulary(352);
      tokenizer.requireVocabulary(391); // 0.9 * 391 = 351.9
      assertThatThrownBy(() -> tokenizer.requireVocabulary(351))
          .as("a row too few")
          .isInstanceOf(PalimpsestException.class)
          .hasMessageContaining("352 tokens")
          .hasMessageContaining("351");
      assertThatThrownBy(() -> tokenizer.requireVocabulary(392)) // 352.8
          .as("too many rows")
          .isInstanceOf(PalimpsestException.class)
          .hasMessageContaining("392");
    }
  }

  @Test
  void namesAMissingABrokenAndAnInconsistentFile() throws IOException {
    assertThatThrownBy(() -> TextTokenizer.load(folder))
        .as("missing")
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("tokenizer.json: there is no such file");
    Files.writeString(folder.resolve("tokenizer.json"), "{\"model\"");
    assertThatThrownBy(() -> TextTokenizer.load(folder))
        .as("no JSON")
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("tokenizer.json is not JSON");
    Files.writeString(
        folder.resolve("tokenizer.json"), "{\"model\":{\"type\":\"X\",\"vocab\":{}}}");
    assertThatThrownBy(() -> TextTokenizer.load(folder))
        .as("no tokenizer")
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("is not a tokenizer");
    WordTokenizer.of(folder, List.of("a")).close();
    Files.writeString(folder.resolve("tokenizer_config.json"), "{\"bos_token\":\"<b>\"}");
    assertThatThrownBy(() -> TextTokenizer.load(folder))
        .as("a beginning token that is not in the vocabulary")
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("bos_token '<b>'");
  }

  private static int[] ints(JsonNode array) {
    int[] ids = new int[array.size()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = array.get(i).asInt();
    }
    return ids;
  }
}
