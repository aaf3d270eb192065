package io.github.palimpsest.api.model;

import io.github.palimpsest.api.Experimental;
import java.util.List;

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

  /** A list of texts. */
  ConfigWriter texts(String key, List<String> values);

  /** A list of whole numbers. */
  ConfigWriter integers(String key, List<Integer> values);

  /** No value, for a key whose absence means another one. */
  ConfigWriter none(String key);

  /** The rotary embedding, in the keys that every version of transformers reads. */
  ConfigWriter rope(Rope rope);
}
