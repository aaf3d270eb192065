package io.github.palimpsest.experiment.file;

import java.util.List;
import java.util.Optional;

/**
 * A decoder that an experiment makes: each seed draws its own weights, as transformers draws those
 * of a model that is made from a configuration.
 *
 * @param config a folder with config.json
 * @param tokenizer a folder with the tokenizer, or {@code quickstart}; empty if it is in the folder
 *     of the configuration
 * @param place where it stands in the experiment file
 */
public record FreshDecoder(WrittenPath config, Optional<WrittenPath> tokenizer, Place place) {
  private static final String CONFIG = "config";
  private static final String TOKENIZER = "tokenizer";

  /** The keys of the mapping. */
  static final Form.Section SECTION =
      new Form.Section(
          List.of(
              Form.Key.required(
                      CONFIG,
                      new Form.Text(),
                      "a folder with the config.json of a decoder; its weights are drawn by each"
                          + " seed")
                  .example("small-llama"),
              Form.Key.of(
                      TOKENIZER,
                      new Form.Text(),
                      "a folder with its tokenizer, or quickstart; default: the folder of config.json")
                  .example("../models/SmolLM2-135M")));

  /** Whether a mapping describes a decoder. */
  static boolean describes(YamlMap m) {
    return m.has(CONFIG);
  }

  /** Reads a checked mapping. */
  static FreshDecoder of(YamlMap m) {
    return new FreshDecoder(
        m.required(CONFIG).path(), m.scalar(TOKENIZER).map(YamlScalar::path), m.place());
  }
}
