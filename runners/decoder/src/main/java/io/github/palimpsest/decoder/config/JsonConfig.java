package io.github.palimpsest.decoder.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.model.ModelConfig;
import io.github.palimpsest.api.model.Rope;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/** Reads the keys of a JSON object and records those asked for. Messages name the key. */
final class JsonConfig implements ModelConfig {
  private final String where;
  private final JsonNode json;
  private final Set<String> asked = new TreeSet<>();
  private final Set<String> ignored = new TreeSet<>();
  private final List<JsonConfig> sections = new ArrayList<>();

  /**
   * @param where names the file and the object in it
   */
  JsonConfig(String where, JsonNode json) {
    this.where = where;
    this.json = json;
  }

  String where() {
    return where;
  }

  JsonNode json() {
    return json;
  }

  /** The keys that were read in this object, without those of its sections. */
  Set<String> asked() {
    return asked;
  }

  /**
   * Checks that every key of this object and its sections was read.
   *
   * @throws PalimpsestException if a key was not read and has an effect; names the key and value
   */
  void requireAllRead() {
    Set<String> known = new TreeSet<>(asked);
    known.addAll(ignored);
    KnownKeys.check(this, known);
    sections.forEach(JsonConfig::requireAllRead);
  }

  @Override
  public boolean has(String key) {
    return json.hasNonNull(key);
  }

  @Override
  public boolean isNull(String key) {
    return json.path(key).isNull();
  }

  @Override
  public int integer(String key, int absent, int most) {
    return present(key) ? integer(key, most) : absent;
  }

  @Override
  public int integer(String key, int most) {
    JsonNode value = required(key);
    if (!value.canConvertToInt() || !value.isIntegralNumber() || value.asInt() < 1) {
      throw wrong(key, value, "a whole number of at least 1");
    }
    if (value.asInt() > most) {
      throw wrong(key, value, "at most " + most);
    }
    return value.asInt();
  }

  @Override
  public double real(String key, double absent) {
    return present(key) ? real(key) : absent;
  }

  @Override
  public double real(String key) {
    JsonNode value = required(key);
    if (!value.isNumber() || !(value.asDouble() > 0)) {
      throw wrong(key, value, "a number above 0");
    }
    if (value.asDouble() > Float.MAX_VALUE) {
      throw wrong(key, value, "at most " + Float.MAX_VALUE);
    }
    return value.asDouble();
  }

  @Override
  public String text(String key, String absent) {
    if (!present(key)) {
      return absent;
    }
    if (!json.path(key).isTextual()) {
      throw wrong(key, json.path(key), "a text");
    }
    return json.path(key).asText();
  }

  @Override
  public boolean flag(String key, boolean absent) {
    if (!present(key)) {
      return absent;
    }
    if (!json.path(key).isBoolean()) {
      throw wrong(key, json.path(key), "true or false");
    }
    return json.path(key).asBoolean();
  }

  @Override
  public int token(String key, int absent) {
    asked.add(key);
    JsonNode value = json.path(key);
    JsonNode first = value.isArray() ? value.path(0) : value;
    if (first.isMissingNode() || first.isNull()) {
      return absent;
    }
    if (!first.isIntegralNumber() || !first.canConvertToInt()) {
      throw wrong(key, value, "a token id");
    }
    return first.asInt();
  }

  @Override
  public Rope rope(Rope absent) {
    return RopeKeys.read(this, absent, false);
  }

  @Override
  public Rope partialRope(Rope absent) {
    return RopeKeys.read(this, absent, true);
  }

  @Override
  public Optional<Rope> rope(String layerType, Rope absent) {
    return RopeKeys.read(this, layerType, absent);
  }

  @Override
  public List<String> texts(String key) {
    List<String> all = new ArrayList<>();
    for (JsonNode each : list(key, JsonNode::isTextual, "a list of texts")) {
      all.add(each.asText());
    }
    return all;
  }

  @Override
  public List<Integer> integers(String key) {
    List<Integer> all = new ArrayList<>();
    for (JsonNode each :
        list(key, v -> v.isIntegralNumber() && v.canConvertToInt(), "a list of whole numbers")) {
      all.add(each.asInt());
    }
    return all;
  }

  List<Double> reals(String key) {
    List<Double> all = new ArrayList<>();
    for (JsonNode each :
        list(key, v -> v.isNumber() && v.asDouble() > 0, "a list of numbers above 0")) {
      all.add(each.asDouble());
    }
    return all;
  }

  private JsonNode list(String key, Predicate<JsonNode> right, String what) {
    JsonNode value = required(key);
    boolean good = value.isArray();
    for (JsonNode each : value) {
      good &= right.test(each);
    }
    if (!good) {
      throw wrong(key, value, what);
    }
    return value;
  }

  @Override
  public Optional<ModelConfig> section(String key) {
    Optional<JsonConfig> found = object(key);
    found.ifPresent(sections::add);
    return found.map(section -> section);
  }

  /** An object within this one; the caller checks its keys. */
  Optional<JsonConfig> object(String key) {
    String inner = where + ": " + key;
    if (!present(key)) {
      return Optional.empty();
    }
    if (!json.path(key).isObject()) {
      throw new PalimpsestException(
          inner + " is " + KnownKeys.shortened(json.path(key)) + "; it must be an object or null");
    }
    return Optional.of(new JsonConfig(inner, json.path(key)));
  }

  @Override
  public void ignore(String... keys) {
    ignored.addAll(List.of(keys));
  }

  @Override
  public PalimpsestException refusal(String key, String why) {
    return new PalimpsestException(
        where + ": '" + key + "' is " + KnownKeys.shortened(json.path(key)) + "; " + why);
  }

  private boolean present(String key) {
    asked.add(key);
    return has(key);
  }

  private JsonNode required(String key) {
    if (!present(key)) {
      throw new PalimpsestException(where + ": '" + key + "' is missing");
    }
    return json.path(key);
  }

  PalimpsestException wrong(String key, JsonNode value, String right) {
    return new PalimpsestException(
        where + ": '" + key + "' is " + KnownKeys.shortened(value) + "; it must be " + right);
  }
}
