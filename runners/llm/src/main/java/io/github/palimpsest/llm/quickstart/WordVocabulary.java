package io.github.palimpsest.llm.quickstart;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.llm.text.TextTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/**
 * A tokenizer with one token per word, for texts with few words. Words are split at white space; id
 * 0 begins a text, 1 ends it, 2 represents any unknown word.
 */
final class WordVocabulary {
  static final int BOS = 0;
  static final int EOS = 1;
  private static final List<String> SPECIAL = List.of("<s>", "</s>", "<unk>");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ObjectNode tokenizer = JSON.createObjectNode();
  private final ObjectNode config = JSON.createObjectNode();
  private int size;

  WordVocabulary(Collection<String> words) {
    tokenizer.put("version", "1.0").putNull("truncation").putNull("padding");
    for (String special : SPECIAL) {
      tokenizer
          .withArray("/added_tokens")
          .addObject()
          .put("id", size++)
          .put("content", special)
          .put("single_word", false)
          .put("lstrip", false)
          .put("rstrip", false)
          .put("normalized", false)
          .put("special", true);
    }
    tokenizer.putNull("normalizer");
    tokenizer.putObject("pre_tokenizer").put("type", "WhitespaceSplit");
    beginningToken(tokenizer.putObject("post_processor"));
    tokenizer.putNull("decoder");
    ObjectNode model = tokenizer.putObject("model");
    model.put("type", "WordLevel").put("unk_token", SPECIAL.get(2));
    ObjectNode vocabulary = model.putObject("vocab");
    for (int id = 0; id < size; id++) {
      vocabulary.put(SPECIAL.get(id), id);
    }
    for (String word : new TreeSet<>(words)) {
      vocabulary.put(word, size++);
    }
    config.put("tokenizer_class", "PreTrainedTokenizerFast");
    config.put("bos_token", SPECIAL.get(BOS)).put("eos_token", SPECIAL.get(EOS));
    config.put("unk_token", SPECIAL.get(2)).put("clean_up_tokenization_spaces", false);
  }

  /** The post-processor that puts the beginning token before every text. */
  private static void beginningToken(ObjectNode template) {
    String bos = SPECIAL.get(BOS);
    template.put("type", "TemplateProcessing");
    for (String form : List.of("single", "pair")) {
      ArrayNode pieces = template.putArray(form);
      pieces.addObject().putObject("SpecialToken").put("id", bos).put("type_id", 0);
      pieces.addObject().putObject("Sequence").put("id", "A").put("type_id", 0);
    }
    template.withArray("pair").addObject().putObject("Sequence").put("id", "B").put("type_id", 1);
    ObjectNode special = template.putObject("special_tokens").putObject(bos);
    special.put("id", bos).putArray("ids").add(BOS);
    special.putArray("tokens").add(bos);
  }

  int size() {
    return size;
  }

  TextTokenizer load() {
    return TextTokenizer.parse("the quickstart tokenizer", tokenizer.toString(), config.toString());
  }

  void write(Path folder) {
    try {
      Files.createDirectories(folder);
      Files.writeString(folder.resolve("tokenizer.json"), tokenizer.toPrettyString() + "\n");
      Files.writeString(folder.resolve("tokenizer_config.json"), config.toPrettyString() + "\n");
    } catch (IOException e) {
      throw new PalimpsestException("cannot write a tokenizer to " + folder + ": " + e, e);
    }
  }
}
