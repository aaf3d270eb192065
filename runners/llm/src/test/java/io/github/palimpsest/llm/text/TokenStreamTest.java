package io.github.palimpsest.llm.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.palimpsest.testing.Golden;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenStreamTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int PIECE = 2048;
  private static final List<String> WORDS =
      List.of(
          "the",
          "theory",
          "she's",
          "we'll",
          "a",
          "I",
          "once",
          "upon",
          "time",
          "1234567",
          "x_y",
          "caf\u00e9",
          "na\u00efve",
          "e\u0301tude",
          "\u4e16\u754c",
          "\ud83d\ude00",
          "don't",
          "UPPER",
          "end.",
          "(see",
          "below)",
          "--",
          "\u201cquoted\u201d",
          "\u0645\u0631\u062d\u0628\u0627");
  private static final List<String> BREAKS =
      List.of(" ", " ", " ", " ", " ", "\n", "\n\n", "  ", "\t", "   ", "\r\n", "\u3000", "");

  @TempDir Path folder;

  /** Words and white space of all kinds, from a seed. */
  private static String text(long seed, int words) {
    Random random = new Random(seed);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < words; i++) {
      text.append(WORDS.get(random.nextInt(WORDS.size())));
      text.append(BREAKS.get(random.nextInt(BREAKS.size())));
    }
    return text.toString();
  }

  static List<String> goldenTokenizers() {
    return Golden.files("tokenizer", ".json");
  }

  @ParameterizedTest
  @MethodSource("goldenTokenizers")
  void pieces_have_the_tokens_of_the_whole_with_byte_level_tokenizers(String file) {
    String dir = Golden.json(file).at("/inputs/tokenizer_dir").asText();
    try (TextTokenizer tokenizer = TextTokenizer.load(Golden.copy(dir, folder))) {
      all(tokenizer);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // as Llama 2 has it: a space before the text, and no words, so merges may cross spaces
        """
        "normalizer": {"type": "Sequence", "normalizers": [
          {"type": "Prepend", "prepend": "\u2581"},
          {"type": "Replace", "pattern": {"String": " "}, "content": "\u2581"}]},
        "pre_tokenizer": null
        """,
        """
        "normalizer": null,
        "pre_tokenizer": {"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": "first",
          "split": false}
        """,
        """
        "normalizer": {"type": "NFKC"},
        "pre_tokenizer": {"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": "always",
          "split": true}
        """,
        """
        "normalizer": {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true,
          "strip_accents": true, "lowercase": true},
        "pre_tokenizer": {"type": "BertPreTokenizer"}
        """,
        """
        "normalizer": {"type": "Strip", "strip_left": true, "strip_right": true},
        "pre_tokenizer": {"type": "WhitespaceSplit"}
        """
      })
  void pieces_have_the_tokens_of_the_whole_with_merges_over_characters(String parts)
      throws JsonProcessingException {
    try (TextTokenizer tokenizer = TextTokenizer.parse("t", merging(parts), "{}")) {
      all(tokenizer);
    }
  }

  /** A vocabulary of characters and of all beginnings of the words, with a space before or not. */
  private static String merging(String parts) throws JsonProcessingException {
    TreeSet<String> characters =
        new TreeSet<>(List.of("\u2581", "\n", "\t", " ", "\u3002", "A", "C", "G", "T"));
    WORDS.forEach(w -> w.codePoints().forEach(c -> characters.add(Character.toString(c))));
    Map<String, Integer> vocabulary = new LinkedHashMap<>();
    vocabulary.put("<unk>", 0);
    characters.forEach(c -> vocabulary.put(c, vocabulary.size()));
    List<String> merges = new ArrayList<>();
    for (String word :
        List.of("\u2581the", "theory", "\u2581once", "upon", "aaaa", "\u2581\u2581")) {
      for (int i = 1; i < word.length(); i++) {
        String merged = word.substring(0, i + 1);
        if (!vocabulary.containsKey(merged)) {
          vocabulary.put(merged, vocabulary.size());
          merges.add(word.substring(0, i) + " " + word.charAt(i));
        }
      }
    }
    return "{\"version\": \"1.0\", \"added_tokens\": [], "
        + parts
        + ", \"model\": {\"type\": \"BPE\", \"unk_token\": \"<unk>\", \"fuse_unk\": true, \"vocab\": "
        + JSON.writeValueAsString(vocabulary)
        + ", \"merges\": "
        + JSON.writeValueAsString(merges)
        + "}}";
  }

  private static void all(TextTokenizer tokenizer) {
    IntStream.range(0, 3).forEach(seed -> same(tokenizer, text(seed, 3000)));
    same(tokenizer, "short");
    same(tokenizer, "");
    same(tokenizer, " begins and ends with white space ".repeat(1000));
    same(tokenizer, "aaaa".repeat(5000) + "b" + "aaa".repeat(2000));
    same(tokenizer, "\u4e16\u754c\u3002".repeat(4000));
    same(tokenizer, "ACGT".repeat(1000) + "\n" + "GATTACA".repeat(1000));
    same(tokenizer, "\ud83d\ude00".repeat(5000));
  }

  private static void same(TextTokenizer tokenizer, String text) {
    TokenizedText whole = tokenizer.tokenized(text);
    TokenStream stream = new TokenStream(tokenizer, new StringReader(text), PIECE);
    IntStream.Builder ids = IntStream.builder();
    LongStream.Builder ends = LongStream.builder();
    int pieces = 0;
    for (TokenizedText t = stream.next(); t != null; t = stream.next()) {
      assertThat(t.ids().length).as("tokens of a piece").isLessThanOrEqualTo(6 * 2 * PIECE);
      IntStream.of(t.ids()).forEach(ids::add);
      LongStream.of(t.ends()).forEach(ends::add);
      pieces++;
    }
    String name = text.substring(0, Math.min(40, text.length()));
    assertThat(ids.build().toArray()).as("ids of '%s'", name).isEqualTo(whole.ids());
    assertThat(ends.build().toArray()).as("ends in '%s'", name).isEqualTo(whole.ends());
    assertThat(pieces)
        .as("a long text has pieces")
        .isGreaterThanOrEqualTo(text.length() / 2 / PIECE);
  }

  @Test
  void a_text_that_cannot_be_cut_is_one_piece() throws JsonProcessingException {
    String json =
        """
        {"version": "1.0", "added_tokens": [], "normalizer": null, "pre_tokenizer": null,
         "model": {"type": "WordLevel", "unk_token": "<unk>", "vocab": {"<unk>": 0, "a": 1}}}
        """;
    try (TextTokenizer tokenizer = TextTokenizer.parse("t", json, "{}")) {
      TokenStream stream = new TokenStream(tokenizer, new StringReader("a".repeat(10_000)), PIECE);
      assertThat(stream.next()).isNotNull().satisfies(t -> assertThat(t.ids()).containsExactly(0));
      assertThat(stream.next()).isNull();
    }
  }
}
