package io.github.palimpsest.llm.gguf;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.TreeSet;

/** The {@code generation_config.json} of a file: its end tokens, and the sampling it asks for. */
final class GenerationSettings {
  private static final String SAMPLING = "general.sampling.";

  private GenerationSettings() {}

  static ObjectNode of(Metadata metadata, SpecialIds special) {
    ObjectNode json = new ObjectMapper().createObjectNode();
    special.bos().ifPresent(id -> json.put("bos_token_id", id));
    TreeSet<Integer> ends = special.ends();
    if (ends.size() == 1) {
      json.put("eos_token_id", ends.first());
    } else if (!ends.isEmpty()) {
      ArrayNode all = json.putArray("eos_token_id");
      ends.forEach(all::add);
    }
    special.padding().ifPresent(id -> json.put("pad_token_id", id));
    metadata
        .real(SAMPLING + "temp")
        .ifPresent(t -> json.put("do_sample", t > 0).put("temperature", t));
    metadata.integer(SAMPLING + "top_k").ifPresent(k -> json.put("top_k", k));
    metadata.real(SAMPLING + "top_p").ifPresent(p -> json.put("top_p", p));
    metadata.real(SAMPLING + "min_p").ifPresent(p -> json.put("min_p", p));
    metadata.real(SAMPLING + "penalty_repeat").ifPresent(r -> json.put("repetition_penalty", r));
    return json;
  }
}
