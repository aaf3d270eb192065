package io.github.palimpsest.llm.model;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.palimpsest.api.PalimpsestException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Whether a {@code tokenizer.json} belongs to a model, as far as its size can tell. */
final class VocabularyCheck {
  /** Checkpoints pad their tables, to 2.4 percent at most among published Llama models. */
  private static final double SMALLEST_SHARE = 0.9;

  private VocabularyCheck() {}

  /**
   * @throws PalimpsestException if the tokenizer makes ids that the model has no row for, or so few
   *     that it must be another model's
   */
  static void check(Path tokenizer, int vocabulary) {
    Set<Integer> ids = ids(LlamaConfig.readJson(tokenizer));
    int highest = ids.stream().mapToInt(id -> id).max().orElse(-1);
    if (highest >= vocabulary || ids.size() < SMALLEST_SHARE * vocabulary) {
      throw new PalimpsestException(
          "%s: has %d tokens, the highest id %d, but the model's vocab_size is %d"
              .formatted(tokenizer, ids.size(), highest, vocabulary));
    }
  }

  private static Set<Integer> ids(JsonNode tokenizer) {
    Set<Integer> ids = new HashSet<>();
    JsonNode vocabulary = tokenizer.path("model").path("vocab");
    if (vocabulary.isArray()) {
      for (int i = 0; i < vocabulary.size(); i++) {
        ids.add(i);
      }
    }
    for (Map.Entry<String, JsonNode> piece : vocabulary.properties()) {
      ids.add(piece.getValue().asInt());
    }
    tokenizer.path("added_tokens").forEach(added -> ids.add(added.path("id").asInt()));
    return ids;
  }
}
