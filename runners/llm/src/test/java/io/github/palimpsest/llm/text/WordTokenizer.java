package io.github.palimpsest.llm.text;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A tokenizer of a few words, so that ids can be read off the text: 0 BOS, 1 EOS, 2 unknown. */
public final class WordTokenizer {
  /** The post-processor that puts BOS before a text. */
  public static final String BOS_FIRST =
      """
      {"type": "TemplateProcessing",
       "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}},
                  {"Sequence": {"id": "A", "type_id": 0}}],
       "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
       "special_tokens": {"<s>": {"id": "<s>", "ids": [0], "tokens": ["<s>"]}}}""";

  private WordTokenizer() {}

  /**
   * Writes and loads it. It puts BOS before a text.
   *
   * @param folder where to write
   * @param words the words with ids from 3 on; split at white space and line breaks, which vanish
   */
  public static TextTokenizer of(Path folder, List<String> words) {
    return of(folder, words, BOS_FIRST);
  }

  /**
   * Writes and loads it.
   *
   * @param postProcessor the JSON of the post-processor, or null
   */
  public static TextTokenizer of(Path folder, List<String> words, String postProcessor) {
    StringBuilder vocab = new StringBuilder("\"<s>\":0,\"</s>\":1,\"<unk>\":2");
    for (int i = 0; i < words.size(); i++) {
      vocab.append(",\"").append(words.get(i)).append("\":").append(i + 3);
    }
    String json =
        "{\"version\":\"1.0\",\"added_tokens\":["
            + special(0, "<s>")
            + ","
            + special(1, "</s>")
            + "],\"pre_tokenizer\":{\"type\":\"WhitespaceSplit\"},\"post_processor\":"
            + postProcessor
            + ","
            + "\"model\":{\"type\":\"WordLevel\",\"unk_token\":\"<unk>\",\"vocab\":{"
            + vocab
            + "}}}";
    try {
      Files.createDirectories(folder);
      Files.writeString(folder.resolve("tokenizer.json"), json);
      Files.writeString(
          folder.resolve("tokenizer_config.json"),
          "{\"bos_token\":\"<s>\",\"eos_token\":{\"content\":\"</s>\"}}");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return TextTokenizer.load(folder);
  }

  private static String special(int id, String content) {
    return "{\"id\":"
        + id
        + ",\"content\":\""
        + content
        + "\",\"special\":true,\"single_word\":false,\"lstrip\":false,\"rstrip\":false,"
        + "\"normalized\":false}";
  }
}
