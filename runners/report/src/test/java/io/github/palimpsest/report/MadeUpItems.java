package io.github.palimpsest.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.results.folder.FolderLayout;
import io.github.palimpsest.results.items.Item;
import io.github.palimpsest.results.items.SetItems;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A kept set of a {@link MadeUpGrid} with choices. Every cell of every recipe loses the first items
 * and gains as many after them.
 *
 * @param set its name
 * @param question what each item asks, before its number
 * @param choices of each item; the second is right
 * @param flips how many items are lost, and how many are gained
 */
record MadeUpItems(String set, String question, List<String> choices, int flips) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Adds it to a folder; the path of the items. */
  Path write(Path folder) throws IOException {
    for (JsonNode cell : JSON.readTree(folder.resolve("plan.json").toFile()).path("cells")) {
      Path file = folder.resolve("cells").resolve(cell.path("id").asText()).resolve("result.json");
      ObjectNode result = (ObjectNode) JSON.readTree(file.toFile());
      ObjectNode kept = result.withObject("/kept").putObject(set).put("measure", "accuracy");
      kept.put("before", 0.5).putArray("after");
      ArrayNode rows = (ArrayNode) result.path("rows");
      for (int t = 0; t < rows.size(); t++) {
        if (t > 0) {
          kept.withArray("/after").add(0.5);
        }
        row((ObjectNode) rows.get(t), t == 0);
      }
      MadeUpGrid.write(file, result);
    }
    List<Item> items = new ArrayList<>();
    for (int i = 0; i < 2 * flips; i++) {
      items.add(Item.chosen(set + "/" + i, "f.jsonl:" + (i + 1), question + i, choices, 1));
    }
    FolderLayout layout = new FolderLayout(folder);
    new SetItems(set, items).writeOnce(layout);
    return layout.items(set);
  }

  private void row(ObjectNode row, boolean before) {
    ObjectNode score = row.putObject(set).put("value", 0.5);
    ArrayNode each = score.putArray("per_example");
    ArrayNode chosen = score.putArray("chosen");
    ArrayNode weights = before ? score.putArray("weights") : JSON.createArrayNode();
    for (int i = 0; i < 2 * flips; i++) {
      boolean right = i < flips == before;
      each.add(right ? 1.0 : 0.0);
      weights.add(1.0);
      chosen.add(right ? 1 : before ? 0 : 2);
    }
  }
}
