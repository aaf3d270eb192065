package io.github.palimpsest.llm.model;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.palimpsest.api.PalimpsestException;

/**
 * The keys of a {@code config.json}, or of an object in it, read with messages that name them. A
 * key that is null counts as absent, as in transformers.
 *
 * @param where the file, and the object in it
 */
record ConfigFields(String where, JsonNode json) {
  /**
   * Whether there is such an object.
   *
   * @throws PalimpsestException if there is something else
   */
  boolean isPresent() {
    if (!json.isObject() && !json.isNull() && !json.isMissingNode()) {
      throw new PalimpsestException(
          where + " is " + ConfigKeys.shortened(json) + "; it must be an object or null");
    }
    return json.isObject();
  }

  ConfigFields child(String key) {
    return new ConfigFields(where + ": " + key, json.path(key));
  }

  boolean has(String key) {
    return json.hasNonNull(key);
  }

  /** A whole number from 1 to {@code most}. */
  int integer(String key, int absent, int most) {
    return has(key) ? integer(key, most) : absent;
  }

  /** A whole number from 1 to {@code most}. */
  int integer(String key, int most) {
    JsonNode value = required(key);
    if (!value.canConvertToInt() || !value.isIntegralNumber() || value.asInt() < 1) {
      throw wrong(key, value, "a whole number of at least 1");
    }
    if (value.asInt() > most) {
      throw wrong(key, value, "at most " + most);
    }
    return value.asInt();
  }

  double real(String key, double absent) {
    return has(key) ? real(key) : absent;
  }

  double real(String key) {
    JsonNode value = required(key);
    if (!value.isNumber() || !(value.asDouble() > 0)) {
      throw wrong(key, value, "a number above 0");
    }
    if (value.asDouble() > Float.MAX_VALUE) {
      throw wrong(key, value, "at most " + Float.MAX_VALUE);
    }
    return value.asDouble();
  }

  String text(String key, String absent) {
    if (has(key) && !json.path(key).isTextual()) {
      throw wrong(key, json.path(key), "a text");
    }
    return has(key) ? json.path(key).asText() : absent;
  }

  boolean flag(String key, boolean absent) {
    JsonNode value = json.path(key);
    if (has(key) && !value.isBoolean()) {
      throw wrong(key, value, "true or false");
    }
    return has(key) ? value.asBoolean() : absent;
  }

  private JsonNode required(String key) {
    if (!has(key)) {
      throw new PalimpsestException(where + ": '" + key + "' is missing");
    }
    return json.path(key);
  }

  PalimpsestException wrong(String key, JsonNode value, String right) {
    return new PalimpsestException(
        where + ": '" + key + "' is " + ConfigKeys.shortened(value) + "; it must be " + right);
  }
}
