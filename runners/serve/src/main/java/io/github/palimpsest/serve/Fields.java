package io.github.palimpsest.serve;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.llm.json.StrictJson;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * The fields of a request. A field that is null counts as missing; one of another type or out of
 * its range is refused by name. Fields that nobody asks for are ignored.
 *
 * @param object a JSON object
 */
record Fields(JsonNode object) {
  static Fields parse(byte[] body) {
    JsonNode json;
    try {
      json = StrictJson.parse("the body is not JSON: ", body);
    } catch (PalimpsestException e) {
      throw RequestException.bad(String.valueOf(e.getMessage()));
    }
    if (!json.isObject()) {
      throw RequestException.bad("the body must be a JSON object");
    }
    return new Fields(json);
  }

  boolean has(String key) {
    return object.hasNonNull(key);
  }

  JsonNode get(String key) {
    return object.path(key);
  }

  String text(String key, String otherwise) {
    if (!has(key)) {
      return otherwise;
    }
    if (!get(key).isTextual()) {
      throw wrong(key, "a string");
    }
    return get(key).textValue();
  }

  /** The fields of an object; none if it is missing. */
  Fields object(String key) {
    if (has(key) && !get(key).isObject()) {
      throw wrong(key, "an object");
    }
    return new Fields(get(key));
  }

  boolean flag(String key) {
    if (has(key) && !get(key).isBoolean()) {
      throw wrong(key, "true or false");
    }
    return get(key).asBoolean(false);
  }

  int whole(String key, int otherwise, int least, int most) {
    if (!has(key)) {
      return otherwise;
    }
    JsonNode n = get(key);
    if (!n.isIntegralNumber() || !n.canConvertToInt() || n.asInt() < least || n.asInt() > most) {
      throw wrong(key, "a whole number from " + least + " to " + most);
    }
    return n.asInt();
  }

  double number(String key, double otherwise, double least, double most) {
    if (!has(key)) {
      return otherwise;
    }
    JsonNode n = get(key);
    if (!n.isNumber() || !(n.asDouble() >= least && n.asDouble() <= most)) {
      throw wrong(key, "a number from " + least + " to " + most);
    }
    return n.asDouble();
  }

  OptionalLong seed() {
    if (!has("seed")) {
      return OptionalLong.empty();
    }
    if (!get("seed").isIntegralNumber() || !get("seed").canConvertToLong()) {
      throw wrong("seed", "a whole number of 64 bits");
    }
    return OptionalLong.of(get("seed").asLong());
  }

  /** A string, or an array of strings; those that are empty are left out. */
  List<String> texts(String key) {
    List<String> all = new ArrayList<>();
    for (JsonNode n :
        get(key).isArray() ? get(key) : has(key) ? List.of(get(key)) : List.<JsonNode>of()) {
      if (!n.isTextual()) {
        throw wrong(key, "a string or an array of strings");
      }
      if (!n.textValue().isEmpty()) {
        all.add(n.textValue());
      }
    }
    return all;
  }

  /** The ids of an array of tokens. */
  static int[] ids(String key, JsonNode array) {
    int[] ids = new int[array.size()];
    for (int i = 0; i < ids.length; i++) {
      JsonNode id = array.get(i);
      if (!id.isIntegralNumber() || !id.canConvertToInt()) {
        throw RequestException.bad(
            "'" + key + "' must have whole numbers only, but has " + shown(id));
      }
      ids[i] = id.asInt();
    }
    return ids;
  }

  /** Refuses fields whose effect there is not, unless they have the value without an effect. */
  void refuse(String key, boolean harmless) {
    if (has(key) && !harmless) {
      throw RequestException.bad("'" + key + "' is not supported with " + shown(get(key)));
    }
  }

  RequestException wrong(String key, String range) {
    String given = get(key).isMissingNode() ? ", and is missing" : ", not " + shown(get(key));
    return RequestException.bad("'" + key + "' must be " + range + given);
  }

  private static String shown(JsonNode value) {
    String text = value.toString();
    return text.length() <= 80 ? text : text.substring(0, 80) + "...";
  }
}
