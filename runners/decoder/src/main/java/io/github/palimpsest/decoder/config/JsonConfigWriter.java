package io.github.palimpsest.decoder.config;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.model.ConfigWriter;
import io.github.palimpsest.api.model.Rope;
import java.util.List;

/**
 * Writes keys into a JSON object.
 *
 * @param json the object that receives the keys
 */
record JsonConfigWriter(ObjectNode json) implements ConfigWriter {
  @Override
  public ConfigWriter architecture(String className) {
    json.withArray("architectures").add(className);
    return this;
  }

  @Override
  public ConfigWriter put(String key, int value) {
    json.put(key, value);
    return this;
  }

  @Override
  public ConfigWriter put(String key, double value) {
    json.put(key, value);
    return this;
  }

  @Override
  public ConfigWriter put(String key, boolean value) {
    json.put(key, value);
    return this;
  }

  @Override
  public ConfigWriter put(String key, String value) {
    json.put(key, value);
    return this;
  }

  @Override
  public ConfigWriter texts(String key, List<String> values) {
    ArrayNode list = json.putArray(key);
    values.forEach(list::add);
    return this;
  }

  @Override
  public ConfigWriter integers(String key, List<Integer> values) {
    ArrayNode list = json.putArray(key);
    values.forEach(list::add);
    return this;
  }

  @Override
  public ConfigWriter none(String key) {
    json.putNull(key);
    return this;
  }

  @Override
  public ConfigWriter rope(Rope rope) {
    RopeScalings.write(rope, json);
    return this;
  }
}
