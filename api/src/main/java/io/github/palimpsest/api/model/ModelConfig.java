package io.github.palimpsest.api.model;

import io.github.palimpsest.api.Experimental;
import io.github.palimpsest.api.PalimpsestException;
import java.util.List;
import java.util.Optional;

/**
 * The keys of a {@code config.json}, or of an object in it, as a {@link ModelFamily} reads them. A
 * key that is null counts as absent, as in transformers. The host records which keys were read and
 * rejects a file with others, except keys that do not describe the function that the model
 * computes, or have the value that leaves it unchanged.
 *
 * <p>All methods that read a key throw {@link PalimpsestException} if its value is not of the type
 * or outside the range; the message names the file, the key, the value and what is allowed.
 */
@Experimental(since = "0.1")
public interface ModelConfig {
  /** Whether there is a value. This call does not count as reading the key. */
  boolean has(String key);

  /**
   * Whether the key is there with null, where that means something else than its absence. This call
   * does not count as reading the key.
   */
  boolean isNull(String key);

  /**
   * A whole number from 1.
   *
   * @param most the largest allowed
   * @throws PalimpsestException also if it is absent
   */
  int integer(String key, int most);

  /**
   * A whole number from 1.
   *
   * @param absent the value if the key is absent
   * @param most the largest allowed
   */
  int integer(String key, int absent, int most);

  /**
   * A number above 0 and within the range of 32-bit floats.
   *
   * @throws PalimpsestException also if it is absent
   */
  double real(String key);

  /**
   * A number above 0 and within the range of 32-bit floats.
   *
   * @param absent the value if the key is absent
   */
  double real(String key, double absent);

  /**
   * True or false.
   *
   * @param absent the value if the key is absent
   */
  boolean flag(String key, boolean absent);

  /**
   * A text.
   *
   * @param absent the value if the key is absent
   */
  String text(String key, String absent);

  /**
   * A token's id; the first one of several, for example of several end tokens.
   *
   * @param absent the value if the key is absent
   */
  int token(String key, int absent);

  /**
   * A list of texts.
   *
   * @throws PalimpsestException also if it is absent
   */
  List<String> texts(String key);

  /**
   * A list of whole numbers.
   *
   * @throws PalimpsestException also if it is absent
   */
  List<Integer> integers(String key);

  /** {@link #rope(Rope)} with the base 10,000 if none is given. */
  default Rope rope() {
    return rope(Rope.of(10_000));
  }

  /**
   * The rotary embedding, from {@code rope_parameters} as transformers 5 writes it, or from {@code
   * rope_theta} and {@code rope_scaling}.
   *
   * @param absent has the base where no key has it
   * @throws PalimpsestException also if both forms exist and differ, or a key in them is not used
   */
  Rope rope(Rope absent);

  /**
   * As {@link #rope(Rope)}, for a family of which a part of the dimensions may not rotate: {@code
   * partial_rotary_factor}.
   *
   * @param absent has the base, and the share of dimensions that rotate, where no key has them
   */
  Rope partialRope(Rope absent);

  /**
   * The rotary embedding of a type of layers, from {@code rope_parameters} with an object for each
   * type.
   *
   * @param layerType the name of the type, for example {@code sliding_attention}
   * @param absent has the base where no key has it
   * @return empty if there is no such object
   */
  Optional<Rope> rope(String layerType, Rope absent);

  /** An object within this one; empty if it is absent. All of its keys must be read too. */
  Optional<ModelConfig> section(String key);

  /**
   * Says that keys are known and have no effect on the function that the model computes.
   *
   * @param keys the keys whose values are ignored
   */
  void ignore(String... keys);

  /**
   * The exception to throw if a key has an unsupported value.
   *
   * @param key the key
   * @param why the rest of the message after the key and its value, for example {@code biases are
   *     not supported}
   */
  PalimpsestException refusal(String key, String why);
}
