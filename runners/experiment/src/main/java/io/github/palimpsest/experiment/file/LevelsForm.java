package io.github.palimpsest.experiment.file;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.results.folder.Json;

/** An axis: levels, or levels with settings that take several values. */
record LevelsForm(Form.One level, Form.One value) implements Form {
  /** The key of the levels, next to the settings. */
  static final String LEVELS = "levels";

  @Override
  public void check(YamlMap in, String key) {
    if (!in.isMap(key)) {
      new Some(level, 1).check(in, key);
      return;
    }
    YamlMap axis = in.requiredMap(key);
    if (!axis.has(LEVELS)) {
      throw axis.missing(LEVELS);
    }
    new Some(level, 1).check(axis, LEVELS);
    axis.keys().stream()
        .filter(k -> !k.equals(LEVELS))
        .forEach(k -> new Some(value, 1).check(axis, k));
  }

  @Override
  public ObjectNode schema() {
    ObjectNode swept = Json.object().put("type", "object");
    swept.putObject("properties").set(LEVELS, new Some(level, 1).schema());
    swept.set("additionalProperties", new Some(value, 1).schema());
    swept.putArray("required").add(LEVELS);
    ObjectNode several = Json.object().put("type", "array").put("minItems", 1);
    several.set("items", level.schema());
    return Form.anyOf(level.schema(), several, swept);
  }
}
