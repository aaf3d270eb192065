package io.github.palimpsest.api.model;

import io.github.palimpsest.api.Experimental;

/** Writes the keys of a {@code config.json} in the order of the calls. */
@Experimental(since = "0.1")
public interface ConfigWriter {
  /**
   * The class of transformers that loads the model.
   *
   * @param className for example {@code LlamaForCausalLM}
   */
  ConfigWriter architecture(String className);

  /** A whole number. */
  ConfigWriter put(String key, int value);

  /** A number. */
  ConfigWriter put(String key, double value);

  /** True or false. */
  ConfigWriter put(String key, boolean value);

  /** A text. */
  ConfigWriter put(String key, String value);

  /** The rotary embedding, in the keys that every version of transformers reads. */
  ConfigWriter rope(Rope rope);
}
