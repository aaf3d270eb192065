package io.github.palimpsest.experiment.file;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.llm.layout.Weights;
import io.github.palimpsest.results.folder.Json;
import java.util.List;

/** The form of data: a file, a file with its weight, or a list of them. */
record DataForm() implements Form {
  private static final Form.One PATH = new Form.Text();

  private static final Form.One WEIGHT = new Form.Positive((long) Weights.MOST);

  static final Form.Section WEIGHTED =
      new Form.Section(
          List.of(
              Form.Key.required("path", PATH, "a file or a folder").example("math.jsonl"),
              Form.Key.of(
                      "weight",
                      WEIGHT,
                      "number of times that its examples are used in an epoch; default: 1")
                  .example("2")));

  @Override
  public void check(YamlMap in, String key) {
    List<YamlMap.Item> items = in.items(key);
    if (items.isEmpty()) {
      throw in.place(key).error("'" + key + "' needs at least one file");
    }
    items.forEach(
        item -> {
          item.scalar().ifPresent(PATH::check);
          item.map().ifPresent(WEIGHTED::check);
        });
  }

  @Override
  public ObjectNode schema() {
    ObjectNode several = Json.object().put("type", "array").put("minItems", 1);
    several.set("items", one());
    ObjectNode schema = one();
    ((ArrayNode) schema.get("anyOf")).add(several);
    return schema;
  }

  private static ObjectNode one() {
    ObjectNode one = Json.object();
    one.putArray("anyOf").add(PATH.schema()).add(WEIGHTED.schema());
    return one;
  }
}
